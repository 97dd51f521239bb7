"""What the room's pages show, read as plain values in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import number_format
from django.utils.translation import ngettext
from wagtail.documents import get_document_model
from wagtail.models import Page

from portal.accounts.models import Affiliation
from portal.core import files, references
from portal.core.labels import label_of
from portal.core.prepared import prepared
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer
from portal.groups.models import (
    RUNNING,
    Answer,
    GroupNewsPage,
    GroupPage,
    Joining,
    JoinRequest,
    Membership,
    Role,
    State,
    WorkingGroup,
)

HOME_DEPTH = 2
MOST_NEWS = 4
MOST_DOCUMENTS = 5
MOST_PAGES = 40
MOST_DRAFTS = 20
# Boards and events have panels of their own.
SHOWN_BELOW = ("home.standardpage", "groups.grouppage")


class Person(NamedTuple):
    """Somebody in a group. `url` leads to the profile, if the viewer may see it."""

    user_id: int
    name: str
    role: str
    affiliation: str
    joined_at: datetime | None = None
    url: str = ""

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)


@dataclass(slots=True)
class Facts:
    """The group behind a page: its row, who runs it, how many are in it, and whether the viewer has asked to join."""

    group: WorkingGroup
    members: int = 0
    asked: bool = False
    leads: list[Person] = field(default_factory=list)


def facts(page: GroupPage, viewer: Viewer) -> Facts:
    """Everything that the group's page says of the group: one query, and one of the members' room for addresses.

    A page that is previewed before it is saved has a group with the defaults.
    """
    rows = _facts(page.pk, viewer) if page.pk else []
    if not rows:
        return Facts(WorkingGroup())
    state, joining, visibility, members_group, leads_group, collection, members, asked = rows[0][:8]
    group = WorkingGroup(
        page_id=page.pk,
        state=state,
        joining=joining,
        visibility=visibility,
        members_group_id=members_group,
        leads_group_id=leads_group,
        collection_id=collection,
    )
    leads = [_person(*row[8:]) for row in rows if row[8] is not None]
    leads.sort(key=lambda person: (person.role != Role.LEAD, person.name.casefold()))
    return Facts(group, members, bool(asked), with_addresses(leads, viewer))


@prepared
def _facts(pk: int, viewer: Viewer) -> "QuerySet[WorkingGroup, tuple[Any, ...]]":
    waiting = JoinRequest.objects.filter(group=OuterRef("pk"), user=viewer.user_id, answer=Answer.WAITING)
    found = WorkingGroup.objects.filter(pk=pk).annotate(
        members=_member_count("pk"),
        asked=Exists(waiting),
        running=FilteredRelation("memberships", condition=Q(memberships__role__in=list(RUNNING))),
    )
    return found.values_list(
        "state", "joining", "visibility", "members_group_id", "leads_group_id", "collection_id", "members", "asked",
        "running__user_id", "running__user__name", "running__role", "running__user__affiliation",
    )  # fmt: skip


def _member_count(key: str) -> Coalesce:
    counted = Membership.objects.filter(group=OuterRef(key)).order_by().values("group").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)


def _person(user_id: int, name: str, role: str, affiliation: str, joined_at: datetime | None = None) -> Person:
    return Person(user_id, name, role, label_of(Affiliation, affiliation), joined_at)


def people(group: WorkingGroup) -> "QuerySet[Membership, tuple[Any, ...]]":
    """(user id, name, role, affiliation, joined) of everybody in the group, leads first."""
    return group.memberships.leads_first().values_list(
        "user_id", "user__name", "role", "user__affiliation", "joined_at"
    )


def persons(rows: Iterable[tuple[Any, ...]], viewer: Viewer) -> list[Person]:
    """The rows of `people` with the addresses of their profiles."""
    return with_addresses([_person(*row) for row in rows], viewer)


def with_addresses(found: list[Person], viewer: Viewer) -> list[Person]:
    """The same people, with the address of each profile that `viewer` may see."""
    links = references.resolve("member", [str(person.user_id) for person in found], viewer)
    return [
        person._replace(url=links[str(person.user_id)].url) if str(person.user_id) in links else person
        for person in found
    ]


class GroupRow(NamedTuple):
    """One group in a list."""

    pk: int
    title: str
    url: str
    summary: str
    state: str
    joining: str
    members: int
    is_mine: bool

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def members_label(self) -> str:
        return ngettext("%(number)s member", "%(number)s members", self.members) % {
            "number": number_format(self.members)
        }

    @property
    def may_be_joined(self) -> bool:
        """Whether somebody outside could come in by the group's page."""
        return self.state == State.ACTIVE and self.joining in {Joining.OPEN, Joining.REQUEST}


def group_rows(found: Iterable[tuple[Any, ...]], viewer: Viewer) -> list[GroupRow]:
    """Some of the rows of `groups` as they are shown: no query."""
    return [
        GroupRow(pk, title, address_of(path), summary, state, joining, members, members_group in viewer.group_ids)
        for state, pk, title, path, summary, joining, members, members_group in found
    ]


@prepared
def groups(viewer: Viewer) -> "QuerySet[GroupPage, tuple[Any, ...]]":
    """Every group that the viewer sees, by title, as values of which the first is its state: one query."""
    found = GroupPage.objects.visible(viewer).filter(working_group__isnull=False).order_by("title", "pk")
    return found.annotate(members=_member_count("working_group__pk")).values_list(
        "working_group__state", "pk", "title", "url_path", "summary", "working_group__joining", "members",
        "working_group__members_group_id",
    )  # fmt: skip


class OwnGroup(NamedTuple):
    """A group that the viewer is in; `asked` people wait for an answer of those who run it."""

    title: str
    url: str
    runs: bool
    asked: int


def own_groups(viewer: Viewer) -> list[OwnGroup]:
    """The viewer's groups by title: one query, none for somebody who is in no group."""
    if not viewer.group_ids:
        return []
    return [
        OwnGroup(title, address_of(path), leads in viewer.group_ids, asked if leads in viewer.group_ids else 0)
        for title, path, leads, asked in _own_groups(viewer)
    ]


@prepared
def _own_groups(viewer: Viewer) -> "QuerySet[WorkingGroup, tuple[Any, ...]]":
    seen = WorkingGroup.objects.filter(page__live=True, page__gate__audience_id__in=viewer.audiences)
    found = seen.filter(members_group__in=viewer.group_ids).annotate(
        asked=Count("requests", filter=Q(requests__answer=Answer.WAITING))
    )
    return found.order_by("page__title", "pk").values_list("page__title", "page__url_path", "leads_group_id", "asked")


class Near(NamedTuple):
    """A page of the group, one above it, or one that a product leads to."""

    pk: int
    title: str
    url: str
    kind: int
    published_at: datetime | None
    path: str


def pages_near(page: GroupPage, linked: list[int], viewer: Viewer) -> list[Near]:
    """The newest news, the plain pages and groups right below `page`, the pages above it up to the home page, and the
    pages `linked`: one query."""
    first, last = Page._get_children_path_interval(page.path) if page.path else ("", "")
    above = [page.path[: depth * Page.steplen] for depth in range(HOME_DEPTH + 1, page.depth or 0)]
    rows = _pages_near(first, last, (page.depth or 0) + 1, type_id(GroupNewsPage), shown_types(), linked, above, viewer)
    return [Near(pk, title, address_of(url), kind, at, path) for pk, title, url, kind, at, path in rows]


@prepared
def _pages_near(
    first: str, last: str, depth: int, news: int, shown: list[int], linked: list[int], above: list[str], viewer: Viewer
) -> "QuerySet[Page, tuple[Any, ...]]":
    seen = Page.objects.filter(live=True, gate__audience_id__in=viewer.audiences)
    below = Page.objects.filter(path__gte=first, path__lte=last, depth=depth, live=True)
    newest = below.filter(content_type=news).order_by("-first_published_at", "-pk").values("pk")[:MOST_NEWS]
    plain = Q(pk__in=below.filter(content_type__in=shown).order_by("path").values("pk")[:MOST_PAGES])
    wanted = seen.filter(Q(pk__in=newest) | plain | Q(pk__in=linked) | Q(path__in=above))
    return wanted.order_by("-first_published_at", "-pk").values_list(
        "pk", "title", "url_path", "content_type_id", "first_published_at", "path"
    )


def type_id(model: type[Page]) -> int:
    return ContentType.objects.get_for_model(model).pk


def shown_types() -> list[int]:
    return [ContentType.objects.get_by_natural_key(*name.split(".")).pk for name in SHOWN_BELOW]


def news_of(page: GroupPage, viewer: Viewer) -> "QuerySet[GroupNewsPage]":
    """The group's news, newest first."""
    return GroupNewsPage.objects.visible(viewer).child_of(page).order_by("-first_published_at", "-pk")


class File(NamedTuple):
    """A document that the viewer may open."""

    pk: int
    title: str
    url: str
    format: str
    size: int | None
    created_at: datetime


def newest_files(collection_id: int, linked: list[int], viewer: Viewer) -> list[File]:
    """The newest documents of a collection, and those `linked`, as far as the viewer may open them: one query."""
    return file_rows(_newest_files(collection_id, linked, viewer))


@prepared
def _newest_files(collection_id: int, linked: list[int], viewer: Viewer) -> "QuerySet[Any, Any]":
    documents = get_document_model()._default_manager
    newest = documents.filter(collection=collection_id).order_by("-created_at", "-pk").values("pk")[:MOST_DOCUMENTS]
    found = files.visible_documents(viewer).filter(Q(pk__in=newest) | Q(pk__in=linked))
    return found.order_by("-created_at", "-pk")


def file_rows(documents: Iterable[Any]) -> list[File]:
    return [
        File(found.pk, found.title, found.url, found.file_extension, found.file_size, found.created_at)
        for found in documents
    ]


def drafts(page: GroupPage, viewer: Viewer) -> list[Page]:
    """Pages of the section with changes that are not published, newest change first; only what the viewer may see."""
    found = Page.objects.descendant_of(page, inclusive=True).filter(
        has_unpublished_changes=True, gate__audience_id__in=viewer.audiences
    )
    return list(found.order_by("-latest_revision_created_at", "-pk")[:MOST_DRAFTS])


def waiting_requests(group: WorkingGroup) -> "QuerySet[JoinRequest]":
    """Requests to join that nobody has answered, the longest wait first."""
    return group.requests.filter(answer=Answer.WAITING).select_related("user").order_by("created_at", "pk")

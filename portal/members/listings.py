"""What the directory and the pages of invitations list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.accounts.models import Affiliation, Invitation
from portal.core.labels import label_of
from portal.core.prepared import prepared
from portal.core.viewer import Viewer, viewer_of
from portal.members.access import Eyes, is_seen
from portal.members.models import Block, Profile, profile_url
from portal.members.searchable import AFFILIATION, LANGUAGE, audience_of_members
from portal.search import remembered
from portal.search.contract import SearchPage
from portal.search.panels import Panel, panel
from portal.search.vocabulary import facet_schemes

PAGE_SIZE = 25
# The parts that the table shows, and what is read of a profile for them; the last two are read of their own tables.
_PARTS = ("organisation", "affiliation", "role", "place", "service_lines", "ask_about")
_READ = ("pk", "user__name", "user__date_joined", "user__organisation", "user__affiliation", "role", "place__title")
FIRST_FACETS = ("service-line", AFFILIATION, "place", "topic", LANGUAGE)


@dataclass(frozen=True, slots=True)
class Column:
    """A head of the table; with an address its rows can be sorted by it."""

    name: str
    url: str = ""
    sorted: str = ""  # for aria-sort


@dataclass(frozen=True, slots=True)
class Row:
    """A member in the table. What members do not see is ""; `joined` is a month."""

    name: str
    url: str
    joined: str
    organisation: str = ""
    affiliation: str = ""
    affiliation_label: str = ""
    role: str = ""
    place: str = ""
    service_lines: str = ""
    ask_about: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of the directory. `rows` stand in the order of the hits."""

    panel: Panel
    rows: list[Row]
    columns: list[Column]

    @property
    def found(self) -> SearchPage:
        return self.panel.found


def directory(request: HttpRequest) -> Directory:
    """The members that the query string asks for: ten queries at most, however many there are.

    Only members come here, and search knows of members what all members may see: so its answers are the same for all
    of them, and are remembered.
    """
    facets = dict.fromkeys((*FIRST_FACETS, *(scheme.slug for scheme in facet_schemes())))
    shown = panel(
        request,
        kinds=("member",),
        facets=tuple(facets),
        size=PAGE_SIZE,
        sort="title",
        dated=False,
        ask=remembered.search,
        viewer=_as_any_member(),
    )
    rows = member_rows((hit.pk for hit in shown.found.hits), viewer_of(request))
    return Directory(shown, rows, list(_columns(shown)))


def _as_any_member() -> Viewer:
    return Viewer(audiences=frozenset({audience_of_members()}))


def _columns(shown: Panel) -> Iterable[Column]:
    def sortable(name: str, order: str, direction: str) -> Column:
        url = shown.place.url(sort="" if order == shown.place.sort else order)
        return Column(name, url, direction if shown.found.query.sort == order else "")

    yield sortable(_("Name"), "title", "ascending")
    yield Column(_("Role and organisation"))
    yield Column(_("Place"))
    yield Column(_("Service lines"))
    yield Column(_("Ask about"))
    yield sortable(_("Member since"), "newest", "descending")


def member_rows(user_ids: Iterable[int], viewer: Viewer) -> list[Row]:
    """The visible ones among these members as members see them, in the order given: three queries, as plain values."""
    ids = list(user_ids)
    if not ids:
        return []
    lines = _titles_of(Profile.service_lines.through, ids)
    topics = _titles_of(Profile.ask_about.through, ids)
    found = {values[0]: _row(values, lines, topics) for values in _profiles(ids, viewer)}
    return [found[pk] for pk in ids if pk in found]


@prepared
def _profiles(ids: list[int], viewer: Viewer) -> "QuerySet[Profile, tuple[Any, ...]]":
    return Profile.objects.visible(viewer).filter(pk__in=ids).values_list(*_READ, *(f"show_{part}" for part in _PARTS))


def _titles_of(through: Any, ids: list[int]) -> dict[int, str]:
    titles: dict[int, list[str]] = defaultdict(list)
    for pk, title in _linked(through, ids):
        titles[pk].append(title)
    return {pk: ", ".join(several) for pk, several in titles.items()}


@prepared
def _linked(through: Any, ids: list[int]) -> "QuerySet[Any, tuple[int, str]]":
    links = through.objects.filter(profile_id__in=ids).order_by("concept__title")
    return links.values_list("profile_id", "concept__title")


def _row(values: tuple[Any, ...], lines: dict[int, str], topics: dict[int, str]) -> Row:
    pk, name, joined, *rest = values
    known = dict(zip(_PARTS, [*rest[: len(_PARTS) - 2], lines.get(pk, ""), topics.get(pk, "")], strict=True))
    shown = dict(zip(_PARTS, rest[len(_PARTS) - 2 :], strict=True))
    seen = {part: value or "" for part, value in known.items() if is_seen(shown[part], Eyes.MEMBER)}
    affiliation = seen.get("affiliation", "")
    return Row(
        name,
        profile_url(pk),
        _month(joined.year, joined.month, get_language()),
        affiliation_label=label_of(Affiliation, affiliation),
        **seen,
    )


@lru_cache(maxsize=1000)
def _month(year: int, month: int, language: str | None) -> str:
    return date_format(date(year, month, 1), "M Y")


def blocks_of(owner_id: int) -> "QuerySet[Block]":
    """Whom the member has blocked, newest first."""
    return Block.objects.filter(owner=owner_id).select_related("blocked").order_by("-created_at", "-pk")


def has_blocked(viewer: Viewer, profile: Profile) -> bool:
    """Whether the viewer gets no messages from this member: one query, none for a visitor."""
    return viewer.user_id is not None and bool(_block(viewer.user_id, profile.pk))


@prepared
def _block(owner_id: int, blocked_id: int) -> "QuerySet[Block, int]":
    return Block.objects.filter(owner_id=owner_id, blocked_id=blocked_id).values_list("pk", flat=True)


def open_invitations() -> "QuerySet[Invitation]":
    """Whom the portal waits for, newest first."""
    return Invitation.objects.open().select_related("invited_by").order_by("-created_at", "-pk")

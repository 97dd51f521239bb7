"""What members have typed and not posted: kept on the server, so that no crash of a browser loses it.

A draft stands for a *place*: a new topic on a board, an answer to a topic, a change of a post. It is for nobody but its
writer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Page

from forums.models import Attachment, BoardPage, Draft, Post, Topic
from portal.accounts.models import User
from portal.core.numbers import id_in
from portal.core.prepared import prepared
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from taxonomy.models import Concept

ASK, ANSWER, EDIT = "ask", "answer", "edit"
KEPT = timedelta(days=60)
# Whoever begins more than this loses the oldest.
MOST = 50
SHOWN = 160


@dataclass(frozen=True, slots=True)
class Row:
    """A draft in its writer's list. Without a `url` its place is gone, or may no longer be seen.

    `besides` are words for what its form says besides title and text.
    """

    pk: int
    place: str
    url: str
    words: str
    besides: list[str]
    updated_at: datetime


def asking(board_id: int) -> str:
    return f"{ASK}:{board_id}"


def answering(topic_id: int) -> str:
    return f"{ANSWER}:{topic_id}"


def editing(post_id: int) -> str:
    return f"{EDIT}:{post_id}"


def parsed(place: str) -> tuple[str, int] | None:
    """What is written where, of a place's name; None for any other text."""
    what, _colon, key = place.partition(":")
    pk = id_in(key)
    return (what, pk) if what in {ASK, ANSWER, EDIT} and pk is not None else None


def find(member_id: int | None, place: str) -> Draft | None:
    """The member's draft for `place`: one query, none for a visitor."""
    return Draft.objects.filter(member=member_id, place=place).first() if member_id is not None else None


def attached(member_id: int | None, place: str) -> list[str]:
    """The keys of the files that stand beside the member's draft for `place`: one query."""
    kept = Draft.objects.filter(member=member_id, place=place).values_list("data", flat=True).first()
    keys: list[str] = (kept or {}).get("attached", [])
    return keys


@transaction.atomic
def save(
    member: User, place: str, *, title: str, body: str, token: str = "", data: dict[str, Any] | None = None
) -> bool:
    """Keep what the member has typed for `place`, and what the form says besides (`data`). False if nothing changed.

    An emptied form is forgotten, unless files stand beside it that are nowhere else. A save that arrives after its form
    was posted (`token`) comes too late, and would bring back what is done.
    """
    if token and Post.objects.filter(author=member, client_token=token).exists():
        return False
    data = data or {}
    new_files = data.get("attached") and not place.startswith(EDIT)
    if not (title.strip() or body.strip() or new_files):
        return forget(member, place)
    kept = Draft.objects.select_for_update().filter(member=member, place=place).first()
    if kept is not None and (kept.title, kept.body, kept.data) == (title, body, data):
        return False
    values = {"title": title, "body": body, "data": data, "updated_at": timezone.now()}
    Draft.objects.update_or_create(member=member, place=place, defaults=values)
    surplus = Draft.objects.filter(member=member).order_by("-updated_at", "-pk").values_list("pk", flat=True)[MOST:]
    Draft.objects.filter(pk__in=list(surplus)).delete()
    return True


def forget(member: User | None, place: str) -> bool:
    """Done with, or thrown away. False if there was none."""
    kept = _kept(member.pk, place) if member is not None else []
    return bool(kept) and bool(Draft.objects.filter(pk__in=kept).delete()[0])


@prepared
def _kept(member_id: int, place: str) -> "QuerySet[Draft, int]":
    return Draft.objects.filter(member=member_id, place=place).values_list("pk", flat=True)


def throw_away(member: User, pk: int) -> bool:
    """One of the member's own drafts. False for any other."""
    return bool(Draft.objects.filter(member=member, pk=pk).delete()[0])


def prune() -> int:
    """Forget what nobody has touched for `KEPT`; how many that were."""
    return Draft.objects.filter(updated_at__lt=timezone.now() - KEPT).delete()[0]


def rows(viewer: Viewer) -> list[Row]:
    """The viewer's drafts, the latest first: seven queries. Of a place that may not be seen nothing is told."""
    kept = list(Draft.objects.filter(member=viewer.user_id).order_by("-updated_at", "-pk"))
    ids: dict[str, set[int]] = {ASK: set(), ANSWER: set(), EDIT: set()}
    for draft in kept:
        if place := parsed(draft.place):
            ids[place[0]].add(place[1])
    places = _places(ids, viewer)
    besides = _besides(kept, viewer)
    return [_row(draft, besides[draft.pk], *places.get(draft.place, ("", ""))) for draft in kept]


def _row(draft: Draft, besides: list[str], place: str, url: str) -> Row:
    words = Truncator(" ".join(f"{draft.title} {draft.body}".split())).chars(SHOWN)
    return Row(draft.pk, place or _("A place that you cannot open any more"), url, words, besides, draft.updated_at)


def _besides(kept: list[Draft], viewer: Viewer) -> dict[int, list[str]]:
    """By draft, words for what its form says besides title and text; nothing of what is gone or may not be seen."""
    concepts = dict(Concept.objects.filter(pk__in=_chosen(kept, "concepts")).values_list("pk", "title"))
    pages = Page.objects.filter(live=True, gate__audience_id__in=viewer.audiences)
    about = dict(pages.filter(pk__in=_chosen(kept, "about")).values_list("pk", "title"))
    keys = [key for draft in kept for key in draft.data.get("attached", [])]
    files = dict(Attachment.objects.filter(author=viewer.user_id, key__in=keys).values_list("key", "name"))
    found: dict[int, list[str]] = {}
    for draft in kept:
        kind = draft.data.get("kind", Topic.Kind.QUESTION)
        words = [str(Topic.Kind(kind).label)] if kind in Topic.Kind and kind != Topic.Kind.QUESTION else []
        words += [_("Your name is kept back")] if draft.data.get("withheld") else []
        words += [_("Mail when somebody answers")] if draft.data.get("mailed") else []
        words += [_("About “%s”") % about[pk] for pk in _chosen([draft], "about") if pk in about]
        words += [concepts[pk] for pk in _chosen([draft], "concepts") if pk in concepts]
        words += [files[key] for key in draft.data.get("attached", []) if key in files]
        found[draft.pk] = words
    return found


def _chosen(kept: list[Draft], name: str) -> list[int]:
    """The ids that these drafts hold under `name`, one each or several."""
    values = [draft.data.get(name, []) for draft in kept]
    return [int(pk) for value in values for pk in ([value] if isinstance(value, str) else value)]


def _places(ids: dict[str, set[int]], viewer: Viewer) -> dict[str, tuple[str, str]]:
    """By the place's name: what it is called, and where its form stands."""
    found: dict[str, tuple[str, str]] = {}
    for board in BoardPage.objects.visible(viewer).filter(pk__in=ids[ASK]):
        found[asking(board.pk)] = (_("A new topic on “%s”") % board.title, f"{page_url(board)}new/")
    for topic in Topic.objects.visible(viewer).filter(pk__in=ids[ANSWER]).select_related("board"):
        found[answering(topic.pk)] = (_("An answer to “%s”") % topic.title, f"{topic.url}#answer")
    for post in Post.objects.visible(viewer).filter(pk__in=ids[EDIT]).select_related("topic__board"):
        name = _("A change of your post in “%s”") % post.topic.title
        found[editing(post.pk)] = (name, f"{page_url(post.topic.board)}post/{post.pk}/edit/")
    return found

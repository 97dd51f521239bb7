"""How other rooms point at topics, and which topics speak about a page."""

import re
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Topic, topic_url
from portal.core import references
from portal.core.numbers import ids_in
from portal.core.prepared import prepared
from portal.core.references import Link
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer

# More questions than this no page lists.
MOST_ABOUT = 20
# Alone, or in an address ("/forums/finance/12-how-did-you/?page=2").
_NUMBER = re.compile(r"(?:.*/)?(\d{1,18})(?:-[^/]*)?/?(?:[?#].*)?", re.ASCII)
TopicValues = tuple[int, str, str, int, int, str, str]
_SHOWN = ("pk", "title", "slug", "reply_count", "accepted_count", "board__title", "board__url_path")


def number_in(typed: str) -> int | None:
    """The number of a topic, typed alone or in its address; None for any other text."""
    found = _NUMBER.fullmatch(typed.strip())
    return int(found[1]) if found else None


def topics(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The visible topics among `keys` (ids as text): one query."""
    ids = ids_in(keys)
    found = Topic.objects.visible(viewer).filter(pk__in=ids)
    return {str(row[0]): _link(*row) for row in found.values_list(*_SHOWN)}


def about(page_id: int, viewer: Viewer, limit: int) -> list[Link]:
    """Questions about a page, newest activity first: one query."""
    return [_link(*row) for row in _newest_about(page_id, viewer)[:limit]]


@prepared
def _newest_about(page_id: int, viewer: Viewer) -> "QuerySet[Topic, TopicValues]":
    found = Topic.objects.visible(viewer).filter(about_id=page_id).newest_activity()
    return found.values_list(*_SHOWN)[:MOST_ABOUT]


def _link(pk: int, title: str, slug: str, replies: int, accepted: int, board: str, board_path: str) -> Link:
    answers = ngettext("%(number)d answer", "%(number)d answers", replies) % {"number": replies}
    url = topic_url(address_of(board_path), pk, slug)
    return Link(title, url, label=_("Solved") if accepted else answers, summary=board)


references.register("topic", topics)
references.register_backlinks("topics", about)

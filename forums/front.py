"""What the front page of the forums shows before anybody has asked for anything: the boards with what is alive on them,
the questions that wait, and the newest of all.

It is the same for all who satisfy the same audiences, and what most readers come for, so it is kept
(`portal.core.kept`).
"""

from dataclasses import replace
from typing import NamedTuple

from forums import listings
from forums.listings import BoardRow, TopicRow
from forums.models import ForumIndexPage
from portal.core.kept import kept
from portal.core.markup import ago
from portal.core.viewer import Viewer
from portal.search import remembered, services
from portal.search.contract import SearchPage, SearchQuery


class Front(NamedTuple):
    """The boards, and questions without an answer."""

    boards: list[BoardRow]
    waiting: list[TopicRow]


def front(index: ForumIndexPage, viewer: Viewer) -> Front:
    """What the viewer sees above the questions of all boards: one query and a look into the cache, or four queries."""
    # As a visitor of these audiences: nothing of anybody's own may be kept for others.
    anybody = Viewer(audiences=viewer.audiences)
    found = kept("forums", index.path, anybody, lambda: _read(index, anybody))
    boards = [replace(row, latest=_as_of_now(row.latest)) if row.latest else row for row in found.boards]
    return Front(boards, [_as_of_now(row) for row in found.waiting])


def _as_of_now(row: TopicRow) -> TopicRow:
    """How long ago somebody wrote is true for a minute, and cannot be kept."""
    return replace(row, active=ago(row.last_post_at))


def _read(index: ForumIndexPage, viewer: Viewer) -> Front:
    return Front(listings.board_rows(index, viewer), listings.waiting(viewer, chips=False))


def search(query: SearchQuery, viewer: Viewer) -> SearchPage:
    """The answer to what the questions are asked for: kept where that is nothing, which is asked most."""
    is_unasked = not (query.text or query.filters or query.since or query.until or query.more or query.page > 1)
    return remembered.search(query, viewer) if is_unasked else services.search(query, viewer)

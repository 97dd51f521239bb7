"""Who may do what on a board. All functions expect a topic or post that `visible(viewer)` gave, so the board's gate has
been passed. `can_*` asks, `check_*` raises Http404: forbidden looks like missing."""

from django.http import Http404, HttpRequest

from forums.models import BoardPage, Post, Topic
from portal.accounts import second_factor
from portal.core import sections
from portal.core.closing import is_closed
from portal.core.viewer import Viewer, viewer_of
from portal.moderation import standing


def can_ask(viewer: Viewer, board: BoardPage) -> bool:
    """Members ask on every board that they can see, unless it belongs to a closed section or they are suspended."""
    return standing.can_write(viewer) and not is_closed(board)


def can_answer(viewer: Viewer, topic: Topic) -> bool:
    """Members answer open topics; moderators locked ones too. Nobody answers what is hidden, or in a closed section."""
    open_to = standing.can_write(viewer) and not topic.hidden and (not topic.locked or viewer.is_moderator)
    return open_to and not is_closed(topic.board)


def can_accept(viewer: Viewer, topic: Topic) -> bool:
    """The asker, or a moderator on the asker's behalf, unless the section is closed."""
    asker = viewer.user_id is not None and viewer.user_id == topic.author_id
    return (viewer.is_moderator or asker) and standing.can_write(viewer) and not is_closed(topic.board)


def can_edit(viewer: Viewer, post: Post) -> bool:
    """Authors edit their own posts while they are shown and their topic is open."""
    own = viewer.user_id is not None and viewer.user_id == post.author_id
    return own and not post.hidden and can_answer(viewer, post.topic)


def can_read_history(viewer: Viewer, post: Post) -> bool:
    """Earlier versions are for the author and for moderators: an edit may have taken back something private."""
    return viewer.is_moderator or (viewer.user_id is not None and viewer.user_id == post.author_id)


def can_moderate(viewer: Viewer) -> bool:
    return viewer.is_moderator


def check_ask(viewer: Viewer, board: BoardPage) -> None:
    _check(can_ask(viewer, board))


def check_answer(viewer: Viewer, topic: Topic) -> None:
    _check(can_answer(viewer, topic))


def check_accept(request: HttpRequest, topic: Topic) -> None:
    """Raises Http404, and SecondFactorMissingError where a moderator stands in for the asker."""
    viewer = viewer_of(request)
    _check(can_accept(viewer, topic))
    if viewer.user_id != topic.author_id:
        second_factor.check(request)


def check_edit(viewer: Viewer, post: Post) -> None:
    _check(can_edit(viewer, post))


def check_read_history(request: HttpRequest, post: Post) -> None:
    """Raises Http404, and SecondFactorMissingError where a moderator reads what somebody else has taken back."""
    viewer = viewer_of(request)
    _check(can_read_history(viewer, post))
    if viewer.user_id != post.author_id:
        second_factor.check(request)


def check_read(request: HttpRequest, topic: Topic, *, hidden: bool) -> None:
    """Raises SecondFactorMissingError where the page of `topic`, or a post on it (`hidden`), is for moderators only."""
    viewer = viewer_of(request)
    if (topic.hidden or hidden) and can_moderate(viewer):
        second_factor.check(request)


def check_moderate(request: HttpRequest) -> None:
    """Raises Http404, and SecondFactorMissingError."""
    _check(can_moderate(viewer_of(request)))
    second_factor.check(request)


def check_records(request: HttpRequest, board: BoardPage) -> None:
    """Records are for moderators, and for those who run the section of the board, whose gate has let them in.

    Raises Http404, and SecondFactorMissingError.
    """
    viewer = viewer_of(request)
    _check(viewer.is_moderator or any(board.path.startswith(path) for path in sections.run_by(viewer)))
    second_factor.check(request)


def _check(allowed: bool) -> None:
    if not allowed:
        raise Http404

"""Who may do what on a board. All functions expect a topic or post that `visible(viewer)` gave, so the board's gate has
been passed. `can_*` asks, `check_*` raises Http404: forbidden looks like missing."""

from django.http import Http404, HttpRequest

from forums.models import BoardPage, Post, Topic
from portal.accounts import second_factor
from portal.core import sections, standing
from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.closing import is_closed
from portal.core.viewer import Viewer, viewer_of

# Kinds of topics in which somebody has a problem.
PROBLEMS = frozenset({Topic.Kind.QUESTION, Topic.Kind.CLINIC})


def can_ask(viewer: Viewer, board: BoardPage) -> bool:
    """Members ask on every board that they can see, unless it belongs to a closed section or they are suspended."""
    return standing.can_write(viewer) and not is_closed(board)


def can_tag(viewer: Viewer, topic: Topic) -> bool:
    """The asker says what the topic is about while it is open, and moderators always."""
    own = viewer.user_id is not None and viewer.user_id == topic.author_id
    moderated = viewer.is_moderator and standing.can_write(viewer) and not is_closed(topic.board)
    return moderated or (own and can_answer(viewer, topic))


def can_answer(viewer: Viewer, topic: Topic) -> bool:
    """Members answer open topics; moderators locked ones too. Nobody answers what is hidden, or in a closed section."""
    return not topic.hidden and is_open_to(viewer, topic)


def is_open_to(viewer: Viewer, topic: Topic) -> bool:
    """Whether the viewer may write what belongs there, as far as neither is hidden."""
    may_write = standing.can_write(viewer) and (not topic.locked or viewer.is_moderator)
    return may_write and not is_closed(topic.board)


def can_accept(viewer: Viewer, topic: Topic) -> bool:
    """Of a question: the asker, or a moderator on the asker's behalf, unless the section is closed."""
    asker = viewer.user_id is not None and viewer.user_id == topic.author_id
    own_or_moderated = (viewer.is_moderator or asker) and standing.can_write(viewer)
    return topic.is_question and own_or_moderated and not is_closed(topic.board)


def can_be_helped(viewer: Viewer, post: Post) -> bool:
    """Members say which answers of others helped them, in locked topics too, but not in closed sections."""
    return press_helped(viewer, post.topic, post.author_id, answers=not post.is_question and not post.hidden)


def press_helped(viewer: Viewer, topic: Topic, author_id: int | None, *, answers: bool) -> bool:
    """The same for a post of which only this is known: its author, and whether it is an answer that is shown."""
    return standing.can_write(viewer) and answers and author_id != viewer.user_id and not is_closed(topic.board)


def can_be_affected(viewer: Viewer, topic: Topic) -> bool:
    """Members have the problem of somebody else too; the asker of a topic has it anyway."""
    other = standing.can_write(viewer) and viewer.user_id != topic.author_id
    return other and topic.kind in PROBLEMS and not topic.hidden and not is_closed(topic.board)


def can_invite(viewer: Viewer, topic: Topic) -> bool:
    """Members ask others to answer questions that are open to answers."""
    return topic.kind in PROBLEMS and not topic.locked and can_answer(viewer, topic)


def can_lead(viewer: Viewer, board: BoardPage) -> bool:
    """Moderators, and those who run the section to which the board belongs: a working group's leads. They see what is
    hidden there, and moderate it.

    One query for who may enter the admin, none for all others.
    """
    return viewer.is_moderator or any(board.path.startswith(path) for path in sections.run_by(viewer))


def can_sum_up(viewer: Viewer, topic: Topic) -> bool:
    """Those who run the board say what came out of a topic."""
    return takes_summary(viewer, topic) and can_lead(viewer, topic.board)


def takes_summary(viewer: Viewer, topic: Topic) -> bool:
    """What `can_sum_up` asks beside who runs the board: the topic is shown, and the section is not closed."""
    return standing.can_write(viewer) and not topic.hidden and not is_closed(topic.board)


def has_feed(viewer: Viewer, board: BoardPage) -> bool:
    """Public boards have feeds. What a visitor sees is public; for members the board's gate is asked."""
    return not viewer.is_member or board.gate.audience_id == PUBLIC_AUDIENCE_ID


def can_say_current(viewer: Viewer, post: Post) -> bool:
    """Whoever accepts answers to the question, and the answer's own author."""
    own = standing.can_write(viewer) and viewer.user_id == post.author_id and not is_closed(post.topic.board)
    return own or can_accept(viewer, post.topic)


def can_put_forward(viewer: Viewer, post: Post) -> bool:
    """Members put answers of public boards forward: what comes of it is everybody's to read."""
    answers = not post.is_question and not post.hidden and not post.topic.hidden
    return answers and can_put_forward_from(viewer, post.topic.board)


def can_put_forward_from(viewer: Viewer, board: BoardPage) -> bool:
    """The same for the answers of a board in general."""
    return standing.can_write(viewer) and has_feed(viewer, board) and not is_closed(board)


def can_edit(viewer: Viewer, post: Post) -> bool:
    """Authors edit their own posts while their topic is open: shown ones, and those that wait for a moderator, who
    may find them better then."""
    own = viewer.user_id is not None and viewer.user_id == post.author_id
    return own and (post.held or not post.hidden) and is_open_to(viewer, post.topic)


def can_read_history(viewer: Viewer, post: Post) -> bool:
    """Earlier versions are for the author and for moderators: an edit may have taken back something private."""
    return can_read_histories(viewer) or (viewer.user_id is not None and viewer.user_id == post.author_id)


def can_read_histories(viewer: Viewer) -> bool:
    """The earlier versions of everybody's posts are for moderators alone, not for those who run a board."""
    return viewer.is_moderator


def can_look_up_names(viewer: Viewer) -> bool:
    """Who wrote under a withheld name is for moderators alone: those who run a board work beside who asked there."""
    return viewer.is_moderator


def check_ask(viewer: Viewer, board: BoardPage) -> None:
    _check(can_ask(viewer, board))


def check_tag(request: HttpRequest, topic: Topic) -> None:
    """Raises Http404, and SecondFactorMissingError where a moderator stands in for the asker."""
    viewer = viewer_of(request)
    _check(can_tag(viewer, topic))
    if viewer.user_id != topic.author_id:
        second_factor.check(request)


def check_answer(viewer: Viewer, topic: Topic) -> None:
    _check(can_answer(viewer, topic))


def check_accept(request: HttpRequest, topic: Topic) -> None:
    """Raises Http404, and SecondFactorMissingError where a moderator stands in for the asker."""
    viewer = viewer_of(request)
    _check(can_accept(viewer, topic))
    if viewer.user_id != topic.author_id:
        second_factor.check(request)


def check_be_helped(viewer: Viewer, post: Post) -> None:
    _check(can_be_helped(viewer, post))


def check_be_affected(viewer: Viewer, topic: Topic) -> None:
    _check(can_be_affected(viewer, topic))


def check_invite(viewer: Viewer, topic: Topic) -> None:
    _check(can_invite(viewer, topic))


def check_lead(request: HttpRequest, board: BoardPage) -> None:
    """Raises Http404, for who is suspended too, and SecondFactorMissingError."""
    viewer = viewer_of(request)
    _check(standing.can_write(viewer) and can_lead(viewer, board))
    second_factor.check(request)


def check_judge(request: HttpRequest, topic: Topic) -> None:
    """As `check_lead`, and Http404 for who would decide whether his or her own topic is shown."""
    check_lead(request, topic.board)
    _check(viewer_of(request).user_id != topic.author_id)


def check_sum_up(request: HttpRequest, topic: Topic) -> None:
    """Raises Http404, and SecondFactorMissingError."""
    _check(can_sum_up(viewer_of(request), topic))
    second_factor.check(request)


def check_say_current(request: HttpRequest, post: Post) -> None:
    """Raises Http404, and SecondFactorMissingError where a moderator stands in for asker or author."""
    viewer = viewer_of(request)
    _check(can_say_current(viewer, post))
    if viewer.user_id not in {post.topic.author_id, post.author_id}:
        second_factor.check(request)


def check_put_forward(viewer: Viewer, post: Post) -> None:
    _check(can_put_forward(viewer, post))


def check_edit(viewer: Viewer, post: Post) -> None:
    _check(can_edit(viewer, post))


def check_read_history(request: HttpRequest, post: Post) -> None:
    """Raises Http404, and SecondFactorMissingError where a moderator reads what somebody else has taken back."""
    viewer = viewer_of(request)
    _check(can_read_history(viewer, post))
    if viewer.user_id != post.author_id:
        second_factor.check(request)


def check_read(request: HttpRequest, topic: Topic, *, hidden: bool) -> None:
    """Raises SecondFactorMissingError where the page of `topic`, or a post on it (`hidden`), is only there for those
    who moderate the board."""
    viewer = viewer_of(request)
    if (topic.hidden or hidden) and can_lead(viewer, topic.board):
        second_factor.check(request)


def check_look_up_names(request: HttpRequest) -> None:
    """Raises Http404, for who is suspended too, and SecondFactorMissingError."""
    viewer = viewer_of(request)
    _check(standing.can_write(viewer) and can_look_up_names(viewer))
    second_factor.check(request)


def _check(allowed: bool) -> None:
    if not allowed:
        raise Http404

"""What members do: ask, answer, edit, accept. Every function is atomic and says False (or `created=False`) if nothing
changed. Whether somebody may is asked before, in `forums.access`.

Whoever writes here, or anywhere else in the forums, locks in one order, so that no two wait for one another: an account
where it must stay as it is, the topic (several by their ids), its posts and what hangs on them, a moderator's case, the
tallies of its boards (by their ids, `forums.counting`), and last what everybody who writes needs, the index of search
and the generation of the stored pages.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from forums import counting, drafts, indexing, mentions, notifications, things
from forums import files as beside
from forums.models import Attachment, BoardPage, Post, PostVersion, Topic
from portal.accounts.models import User
from portal.core import pagecache
from portal.core.prepared import prepared
from portal.core.text import render_markdown
from portal.moderation import services as cases
from portal.search import services as search
from taxonomy.models import Concept

SLUG_LENGTH = 80
AT_ONCE = 200


def ask(
    board: BoardPage,
    author: User | None,
    *,
    title: str,
    body: str,
    token: str = "",
    about: Page | None = None,
    concepts: Iterable[Concept] = (),
    at: datetime | None = None,
    key: str | None = None,
    kind: str = Topic.Kind.QUESTION,
    withheld: bool = False,
    held: str = "",
    files: Sequence[Attachment] = (),
    tell: bool = True,
    mailed: bool = False,
) -> tuple[Topic, bool]:
    """A new topic with its first post, and True; or the topic that the same `token` made before, and False.

    `withheld` keeps the asker's name from everybody but moderators, on all that he or she writes in this topic.
    `held` says why nobody but its author and moderators may see it before one of them has approved it; until then
    nobody is told. `tell` lets those know who follow the board or a concept, and whom the text mentions. `mailed` says
    that the asker wants to hear of answers by mail, at once.
    """
    now = at or timezone.now()
    values: dict[str, Any] = {"board": board, "author": author, "title": title, "slug": slug_of(title), "about": about}
    values |= {"key": key, "kind": kind, "withheld": withheld, "created_at": now, "last_post_at": now}

    def write() -> Post:
        topic = Topic.objects.create(**values, hidden=bool(held), held=bool(held))
        topic.concepts.set(concepts)
        post = _write(topic, author, body, token, now, position=1, held=held)
        if mailed:
            notifications.mail_answers(topic)
        _follow_up(post, topic, files, drafts.asking(board.pk), tell=tell)
        return post

    post, created = _once(author, token, write)
    return post.topic, created


def answer(
    topic: Topic,
    author: User | None,
    *,
    body: str,
    token: str = "",
    at: datetime | None = None,
    tell: bool = True,
    held: str = "",
    files: Sequence[Attachment] = (),
) -> tuple[Post, bool]:
    """A new post at the end of `topic`, and True; or the post that the same `token` made before, and False.

    `tell` lets the asker know, unless the asker answers, and those who follow the topic; of a `held` one nobody hears
    before it is approved.
    """

    def write() -> Post:
        # Positions are dense: who answers next waits here for who answers now.
        locked = _lock(topic.pk)
        last = next(iter(_last_positions(locked.pk)), 0)
        post = _write(locked, author, body, token, at or timezone.now(), position=last + 1, held=held)
        _follow_up(post, locked, files, drafts.answering(locked.pk), tell=tell)
        return post

    return _once(author, token, write)


def _once(author: User | None, token: str, write: Callable[[], Post]) -> tuple[Post, bool]:
    """What `write` makes, and True; or the post that the same `token` made before, or meanwhile, and False."""
    try:
        with transaction.atomic():
            earlier = posted(author, token)
            return (write(), True) if earlier is None else (earlier, False)
    except IntegrityError:
        earlier = posted(author, token)
        if earlier is None:
            raise
        return earlier, False


def _lock(topic_id: int) -> Topic:
    """The topic, to which nobody else can write now. Raises Topic.DoesNotExist."""
    for topic in _locked(topic_id):
        return topic
    raise Topic.DoesNotExist


@prepared
def _locked(topic_id: int) -> "QuerySet[Topic, Topic]":
    return Topic.objects.select_for_update().filter(pk=topic_id)


@prepared
def _last_positions(topic_id: int) -> "QuerySet[Post, int]":
    return Post.objects.filter(topic=topic_id).order_by("-position").values_list("position", flat=True)[:1]


def _follow_up(post: Post, topic: Topic, files: Sequence[Attachment], place: str, *, tell: bool) -> None:
    """What a new post brings with it: its files, the end of its draft, what is counted and found, and who is told."""
    drafts.forget(post.author, place)
    counting.add(post, topic)
    # After the tally, because what is attached ends the stored pages.
    if files:
        beside.attach(post, files)
    # Search hears of it from a task: what is taken back leaves at once.
    indexing.record.enqueue(topic.pk)
    pagecache.bump()
    if tell and not post.held:
        announce(post, topic)


def announce(post: Post, topic: Topic) -> None:
    """Tell of a new question or answer that may be seen now those who follow, and those whom it mentions."""
    mentioned = mentions.readers_in(post)
    if post.is_question:
        notifications.tell_of_question(topic, post, mentioned)
    else:
        notifications.tell_of_answer(post, topic, mentioned)


@transaction.atomic
def edit(
    post: Post,
    *,
    body: str,
    title: str = "",
    at: datetime | None = None,
    by: User | None = None,
    files: Iterable[Attachment] | None = None,
    held: str = "",
) -> bool:
    """Replace the text of `post`, and of a question its title too, and keep what stood there.

    `by` is who edits it, where that is not its author. `files` stand beside it from now on; None leaves those there.
    `held` says why nobody but its author and moderators may see it from now on, until one of them has approved it.
    """
    # The topic first, as everybody who writes there.
    Topic.objects.select_for_update().get(pk=post.topic_id)
    current = Post.objects.select_for_update(of=("self",)).select_related("topic").get(pk=post.pk)
    topic = current.topic
    if by is None:
        drafts.forget(current.author, drafts.editing(current.pk))
    new_title = title if title and current.is_question else topic.title
    if current.body == body and topic.title == new_title:
        return files is not None and beside.attach(current, files)
    now = at or timezone.now()
    _keep_version(current, now, by or current.author)
    current.html = render_markdown(body)
    Post.objects.filter(pk=current.pk).update(body=body, html=current.html, edited_at=now)
    if new_title != topic.title:
        Topic.objects.filter(pk=topic.pk).update(title=new_title, slug=slug_of(new_title))
    if held:
        _hold(current, held)
    # Before the topic is recorded, which files belong to.
    if files is not None:
        beside.attach(current, files)
    settle(topic)
    notifications.tell_of_mentions(current, mentions.readers_in(current))
    return True


def _hold(post: Post, why: str) -> None:
    """Let a post that was shown wait; with a question its whole topic. An accepted answer is one again when it is
    approved, and counts for nothing until then."""
    post.hidden = post.held = True
    Post.objects.filter(pk=post.pk).update(hidden=True, held=True)
    if post.is_question:
        Topic.objects.filter(pk=post.topic_id).update(hidden=True, held=True)
    cases.hold(things.of_post(post), why)


def _keep_version(post: Post, at: datetime, by: User | None) -> None:
    PostVersion.objects.create(
        post=post,
        title=post.topic.title if post.is_question else "",
        body=post.body,
        written_at=post.edited_at or post.created_at,
        replaced_at=at,
        replaced_by=by,
        was_seen=not post.hidden,
        file_ids=list(post.attachments.values_list("pk", flat=True)),
    )


@transaction.atomic
def tag(topic: Topic, concepts: Iterable[Concept]) -> bool:
    """Let the topic be about these concepts and no others. False if it is already."""
    before = set(topic.concepts.values_list("pk", flat=True))
    wanted = list(concepts)
    if before == {concept.pk for concept in wanted}:
        return False
    topic.concepts.set(wanted)
    return settle(topic)


@transaction.atomic
def accept(topic: Topic, post: Post, *, tell: bool = True) -> bool:
    """Make `post` an accepted answer of `topic`, which may have others, and `tell` its author.

    False if it is already, or if it is the question, hidden, of another topic, or of one that asks nothing.
    """
    Topic.objects.select_for_update().get(pk=topic.pk)
    asked = Topic.Kind.QUESTION
    fit = Post.objects.filter(pk=post.pk, topic_id=topic.pk, topic__kind=asked, hidden=False, position__gt=1)
    if not fit.filter(accepted_at=None).update(accepted_at=timezone.now()):
        return False
    if tell:
        notifications.tell_of_accepted(post, topic)
    return settle(topic)


@transaction.atomic
def unaccept(topic: Topic, post: Post) -> bool:
    """Take the mark from `post`; False if it has none."""
    Topic.objects.select_for_update().get(pk=topic.pk)
    marked = Post.objects.filter(pk=post.pk, topic_id=topic.pk, accepted_at__isnull=False)
    return bool(marked.update(accepted_at=None)) and settle(topic)


def slug_of(title: str) -> str:
    """The words of `title` for its address; "question" where it has no Latin letters."""
    return slugify(title)[:SLUG_LENGTH].strip("-") or "question"


def settle(topic: Topic) -> bool:
    """After any change to `topic` or its posts, in the same transaction: count, tell search, end the stored pages."""
    return settle_all([topic.pk])


def settle_all(topic_ids: Sequence[int]) -> bool:
    """The same after a change to several topics at once (`forums.splitting`, `forums.moderated`)."""
    counting.count(topic_ids)
    for start in range(0, len(topic_ids), AT_ONCE):
        search.index("topic", topic_ids[start : start + AT_ONCE])
    pagecache.bump()
    return True


def _write(topic: Topic, author: User | None, body: str, token: str, at: datetime, *, position: int, held: str) -> Post:
    post = Post.objects.create(
        topic=topic,
        author=author,
        body=body,
        html=render_markdown(body),
        client_token=token,
        created_at=at,
        position=position,
        withheld=_is_withheld(topic, author, position),
        hidden=bool(held),
        held=bool(held),
    )
    if held:
        cases.hold(things.of_post(post), held)
    return post


def _is_withheld(topic: Topic, author: User | None, position: int) -> bool:
    """Whether the name of who writes now is kept back: whoever began so in this topic goes on so."""
    if position == 1:
        return topic.withheld
    return author is not None and bool(_withheld_by(topic.pk, author.pk))


@prepared
def _withheld_by(topic_id: int, author_id: int) -> "QuerySet[Post, int]":
    found = Post.objects.filter(topic=topic_id, author=author_id, withheld=True)
    return found.order_by("position").values_list("pk", flat=True)[:1]


def posted(author: User | None, token: str) -> Post | None:
    """What this author's form with this token made before, also where it was sent twice at the same moment."""
    if not token or author is None:
        return None
    return next(iter(_posted(author.pk, token)), None)


@prepared
def _posted(author_id: int, token: str) -> "QuerySet[Post, Post]":
    return Post.objects.filter(author=author_id, client_token=token)

"""What members do: ask, answer, edit, accept. Every function is atomic and says False (or `created=False`) if nothing
changed. Whether somebody may is asked before, in `forums.access`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from forums import indexing, letters
from forums.models import BoardPage, Post, PostVersion, Topic
from portal.accounts.models import User
from portal.core import pagecache
from portal.core.text import render_markdown
from portal.search import services as search
from taxonomy.models import Concept

SLUG_LENGTH = 80
COUNTERS = ("post_count", "reply_count", "accepted_count", "last_post_at")


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
) -> tuple[Topic, bool]:
    """A new topic with its question, and True; or the topic that the same `token` made before, and False."""
    try:
        with transaction.atomic():
            earlier = _posted(author, token)
            if earlier is not None:
                return earlier.topic, False
            now = at or timezone.now()
            topic = Topic.objects.create(
                board=board,
                author=author,
                title=title,
                slug=slug_of(title),
                about=about,
                created_at=now,
                last_post_at=now,
                key=key,
            )
            topic.concepts.set(concepts)
            _write(topic, author, body, token, now, position=1)
            settle(topic, is_news=True)
            return topic, True
    except IntegrityError:
        # The same form sent twice at the same moment: the other request has made the topic.
        earlier = _posted(author, token)
        if earlier is None:
            raise
        return earlier.topic, False


def answer(
    topic: Topic, author: User | None, *, body: str, token: str = "", at: datetime | None = None, tell: bool = True
) -> tuple[Post, bool]:
    """A new post at the end of `topic`, and True; or the post that the same `token` made before, and False.

    `tell` owes the asker a mail, unless the asker answers.
    """
    try:
        with transaction.atomic():
            # Positions are dense: who answers next waits here for who answers now.
            locked = Topic.objects.select_for_update().get(pk=topic.pk)
            earlier = _posted(author, token)
            if earlier is not None:
                return earlier, False
            last = locked.posts.aggregate(last=Max("position"))["last"] or 0
            post = _write(locked, author, body, token, at or timezone.now(), position=last + 1)
            settle(locked, is_news=True)
            if tell and locked.author_id is not None and (author is None or locked.author_id != author.pk):
                letters.owe_answer(post, locked.author_id)
            return post, True
    except IntegrityError:
        earlier = _posted(author, token)
        if earlier is None:
            raise
        return earlier, False


@transaction.atomic
def edit(post: Post, *, body: str, title: str = "", at: datetime | None = None) -> bool:
    """Replace the text of `post`, and of a question its title too, and keep what stood there."""
    current = Post.objects.select_for_update(of=("self",)).select_related("topic").get(pk=post.pk)
    topic = current.topic
    new_title = title if title and current.is_question else topic.title
    if current.body == body and topic.title == new_title:
        return False
    now = at or timezone.now()
    PostVersion.objects.create(
        post=current,
        title=topic.title if current.is_question else "",
        body=current.body,
        written_at=current.edited_at or current.created_at,
        replaced_at=now,
    )
    Post.objects.filter(pk=current.pk).update(body=body, html=render_markdown(body), edited_at=now)
    if new_title != topic.title:
        Topic.objects.filter(pk=topic.pk).update(title=new_title, slug=slug_of(new_title))
    settle(topic)
    return True


@transaction.atomic
def accept(topic: Topic, post: Post) -> bool:
    """Make `post` an accepted answer of `topic`; others may be so beside it.

    False if it is already, or if it is the question, hidden or of another topic.
    """
    Topic.objects.select_for_update().get(pk=topic.pk)
    fit = Post.objects.filter(pk=post.pk, topic_id=topic.pk, hidden=False, position__gt=1, accepted_at=None)
    return bool(fit.update(accepted_at=timezone.now())) and settle(topic)


@transaction.atomic
def unaccept(topic: Topic, post: Post) -> bool:
    """Take the mark from `post`; False if it has none."""
    Topic.objects.select_for_update().get(pk=topic.pk)
    marked = Post.objects.filter(pk=post.pk, topic_id=topic.pk, accepted_at__isnull=False)
    return bool(marked.update(accepted_at=None)) and settle(topic)


def slug_of(title: str) -> str:
    """The words of `title` for its address; "question" where it has no Latin letters."""
    return slugify(title)[:SLUG_LENGTH].strip("-") or "question"


def settle(topic: Topic, *, is_news: bool = False) -> bool:
    """After any change to `topic` or its posts, in the same transaction: count, tell search, end the stored pages.

    `is_news`: something was only added, so search may hear of it from a task; what is taken back must leave at once.
    """
    _count(Topic.objects.filter(pk=topic.pk).miscounted())
    if is_news:
        indexing.record.enqueue(topic.pk)
    else:
        search.index("topic", [topic.pk])
    pagecache.bump()
    return True


@transaction.atomic
def recount() -> int:
    """Set every wrong counter right, tell search and end the stored pages; how many topics were wrong."""
    wrong = _count(Topic.objects.miscounted())
    if wrong:
        search.index("topic", wrong)
        pagecache.bump()
    return len(wrong)


def _count(topics: "Iterable[Topic]") -> list[int]:
    """Write the counters that `TopicQuerySet.miscounted` found. Returns the topics' ids."""
    wrong = list(topics)
    for topic in wrong:
        topic.post_count = topic.real_posts  # type: ignore[attr-defined]
        topic.reply_count = topic.real_replies  # type: ignore[attr-defined]
        topic.accepted_count = topic.real_accepted  # type: ignore[attr-defined]
        topic.last_post_at = topic.real_last  # type: ignore[attr-defined]
    Topic.objects.bulk_update(wrong, COUNTERS, batch_size=200)
    return [topic.pk for topic in wrong]


def _write(topic: Topic, author: User | None, body: str, token: str, at: datetime, *, position: int) -> Post:
    return Post.objects.create(
        topic=topic,
        author=author,
        body=body,
        html=render_markdown(body),
        client_token=token,
        created_at=at,
        position=position,
    )


def _posted(author: User | None, token: str) -> Post | None:
    """What this author's form with this token made before."""
    if not token or author is None:
        return None
    return Post.objects.select_related("topic").filter(author=author, client_token=token).first()

"""Topics and posts as the moderation sees them."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Post, Topic
from portal.core.numbers import ids_in
from portal.core.text import plain_text
from portal.core.viewer import Viewer
from portal.moderation.kinds import Around, Thing
from portal.moderation.models import Act

TOPIC, POST = "topic", "post"
TOPIC_LABEL, POST_LABEL = gettext_lazy("Topic"), gettext_lazy("Post")
EXCERPT = 300
BESIDE = 2


def of_topic(topic: Topic, question: Post | None = None) -> Thing:
    """Reads `topic.board`; `question` gives it the text."""
    return Thing(
        kind=TOPIC,
        key=str(topic.pk),
        label=str(TOPIC_LABEL),
        title=topic.title,
        url=topic.url,
        excerpt=plain_text(question.html)[:EXCERPT] if question else "",
        html=question.html if question else "",
        author_id=topic.author_id,
        page_id=topic.board_id,
        state=_state(topic),
        withheld=topic.withheld,
    )


def of_post(post: Post) -> Thing:
    """Reads `post.topic.board`."""
    topic = post.topic
    # An answer to a held question waits for nothing of its own.
    state = _state(post) or ("" if topic.held else _state(topic))
    return Thing(
        kind=POST,
        key=str(post.pk),
        label=_label(post),
        title=topic.title,
        url=post.url,
        excerpt=plain_text(post.html)[:EXCERPT],
        html=post.html,
        author_id=post.author_id,
        page_id=topic.board_id,
        state=state,
        withheld=post.withheld,
    )


def _label(post: Post) -> str:
    if post.is_question:
        return str(post.topic.get_kind_display())
    return _("Answer") if post.topic.is_question else _("Reply")


def _state(row: Topic | Post) -> str:
    if row.held:
        return "held"
    return "hidden" if row.hidden else ""


def found_topics(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Thing]:
    """The visible topics: one query."""
    rows = Topic.objects.visible(viewer).filter(pk__in=ids_in(keys)).select_related("board")
    return {str(topic.pk): of_topic(topic) for topic in rows}


def handled_topics(keys: Iterable[str]) -> Mapping[str, Thing]:
    """The topics, hidden ones too, with their questions: two queries."""
    topics = list(Topic.objects.filter(pk__in=ids_in(keys), merged_into=None).select_related("board"))
    questions = {post.topic_id: post for post in Post.objects.filter(topic__in=topics, position=1)}
    return {str(topic.pk): of_topic(topic, questions.get(topic.pk)) for topic in topics}


def found_posts(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Thing]:
    """The visible posts: one query."""
    rows = Post.objects.visible(viewer).filter(pk__in=ids_in(keys)).select_related("topic__board")
    return {str(post.pk): of_post(post) for post in rows}


def handled_posts(keys: Iterable[str]) -> Mapping[str, Thing]:
    """The posts, hidden ones too: one query."""
    rows = Post.objects.filter(pk__in=ids_in(keys)).select_related("topic__board")
    return {str(post.pk): of_post(post) for post in rows}


def around_post(thing: Thing) -> list[Around]:
    """The question, and the posts before and after: two queries."""
    post = Post.objects.select_related("topic__board").get(pk=int(thing.key))
    places = {1, *range(post.position - BESIDE, post.position + BESIDE + 1)}
    rows = Post.objects.filter(topic=post.topic_id, position__in=places).order_by("position")
    return [_around(row, post.topic, here=row.pk == post.pk) for row in rows.select_related("author")]


def around_topic(thing: Thing) -> list[Around]:
    """The question and the first answers: two queries."""
    topic = Topic.objects.select_related("board").get(pk=int(thing.key))
    rows = topic.posts.order_by("position").select_related("author")[: 2 * BESIDE + 1]
    return [_around(row, topic, here=row.is_question) for row in rows]


def posts_of(act: Act) -> Mapping[int, tuple[str, str]]:
    """Whose posts the act took elsewhere, each author with the kind and key of the first of them: one query."""
    rows = Post.objects.filter(pk__in=act.data.get("posts", ())).exclude(author=None).order_by("-created_at", "-pk")
    return {author_id: (POST, str(pk)) for pk, author_id in rows.values_list("pk", "author_id") if author_id}


def _around(row: Post, topic: Topic, *, here: bool) -> Around:
    row.topic = topic
    return Around(row.shown_author, row.html, row.url, _state(row), here)

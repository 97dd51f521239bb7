"""What the forums tell of, to whom, and in which words. The words are found when they are read or sent: nobody learns
of what is hidden, held or behind a gate by then, and where an asker's name is withheld no notice names it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from forums.models import Post, Topic, post_url, topic_url
from portal.accounts.models import Affiliation
from portal.core.labels import label_of
from portal.core.text import plain_text
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer
from portal.notifications import choosing, services, verbs
from portal.notifications.services import News
from portal.notifications.verbs import Channel, Notice, Said, Verb
from taxonomy.querysets import ancestors_of

ANSWER, REPLY, MENTION, ACCEPTED = "forums.answer", "forums.reply", "forums.mention", "forums.accepted"
QUESTION = "forums.question"
EXCERPT = 600
# As much of a post is read as its excerpt may need.
MOST_HTML = 5000
# Groups and the home page stand between a board and the root.
HOME_DEPTH = 2


def tell_of_question(topic: Topic, post: Post, mentioned: Collection[int] = ()) -> None:
    """Tell the members who are mentioned in it, and those who follow the board, its group, a concept, or the asker."""
    if topic.author_id is not None:
        services.follow(topic.author_id, "topic", str(topic.pk))
    places = [*_places(topic), *_author(post)]
    question = News(
        verb=QUESTION, about=topic.pk, key=str(topic.pk), places=places, actor=topic.author_id, omitted=mentioned
    )
    services.spread([*_mentions(post, mentioned), question])


def tell_of_answer(post: Post, topic: Topic, mentioned: Collection[int] = ()) -> None:
    """Tell the asker, the members who are mentioned in it, and those who follow the topic or the author."""
    taking_part = {pk for pk in (post.author_id, topic.author_id) if pk is not None}
    services.follow_all(taking_part, "topic", str(topic.pk))
    others = {pk for pk in mentioned if pk != topic.author_id}
    omitted = others if topic.author_id is None else {*others, topic.author_id}
    places = [("topic", str(topic.pk)), *_author(post)]
    reply = _news(REPLY, post, places=places, omitted=sorted(omitted))
    services.spread([*_to_asker(post, topic), *_mentions(post, others), reply])


def mail_answers(topic: Topic) -> None:
    """Let the asker hear of answers by mail at once, as if he or she had chosen so in the settings."""
    if topic.author_id is not None:
        services.choose(topic.author_id, {(ANSWER, f"topic:{topic.pk}"): Channel.NOW})


def channel_of_answers(topic: Topic, asker: int) -> Channel:
    """How the asker will hear of answers: one query."""
    return choosing.channels(verbs.find(ANSWER), {asker: f"topic:{topic.pk}"})[asker]


def tell_of_mentions(post: Post, member_ids: Collection[int]) -> None:
    """Tell members that `post` mentions them, each once however often it is edited."""
    services.spread(_mentions(post, member_ids))


def tell_of_accepted(post: Post, topic: Topic) -> None:
    """Tell the author of an answer that it was accepted, unless it is the asker's own."""
    if post.author_id is not None and post.author_id != topic.author_id:
        services.tell(ACCEPTED, about=post.pk, key=str(post.pk), recipients=[post.author_id])


def _mentions(post: Post, member_ids: Collection[int]) -> list[News]:
    return [_news(MENTION, post, also=sorted(member_ids))] if member_ids else []


def _to_asker(post: Post, topic: Topic) -> list[News]:
    asker = topic.author_id
    if asker is None or asker == post.author_id:
        return []
    return [_news(ANSWER, post, also=[asker], source=f"topic:{topic.pk}")]


def _news(verb: str, post: Post, **told: Any) -> News:
    return News(verb=verb, about=post.pk, key=str(post.pk), actor=post.author_id, **told)


def _author(post: Post) -> list[tuple[str, str]]:
    """The author, whom one may follow: who does must not learn what that person wrote without a name."""
    return [] if post.author_id is None or post.withheld else [("member", str(post.author_id))]


def _places(topic: Topic) -> list[tuple[str, str]]:
    """What one may follow to hear of a new question: its board, the pages above it, its concepts and those above."""
    board = topic.board
    above = Page.objects.ancestor_of(board).filter(depth__gt=HOME_DEPTH).order_by("-depth")
    own = sorted(topic.concepts.values_list("pk", flat=True))
    wider = sorted(set[int]().union(*ancestors_of(own).values())) if own else []
    places = [("board", str(board.pk)), *(("group", str(pk)) for pk in above.values_list("pk", flat=True))]
    places += [("concept", str(pk)) for pk in (*own, *wider)]
    return list(dict.fromkeys(places))


def posts(viewer: Viewer) -> "QuerySet[Post]":
    """What of posts may be told: nothing hidden or held, to moderators either."""
    return Post.objects.shown(viewer)


def topics(viewer: Viewer) -> "QuerySet[Topic]":
    return Topic.objects.shown(viewer)


def say_posts(notices: Sequence[Notice], viewer: Viewer) -> Mapping[int, Said]:
    """Notices about posts: one query however many."""
    found = posts(viewer).filter(pk__in={notice.about for notice in notices})
    fields = (
        "pk", "position", "topic_id", "topic__title", "topic__slug", "topic__board__url_path", "withheld",
        "author__name", "author__affiliation",
    )  # fmt: skip
    rows = {row[0]: row[1:] for row in found.values_list(*fields, Left("html", MOST_HTML))}
    return {notice.pk: _say_post(notice, *rows[notice.about]) for notice in notices if notice.about in rows}


def _say_post(
    notice: Notice,
    position: int,
    topic_id: int,
    title: str,
    slug: str,
    board_path: str,
    withheld: bool,
    name: str | None,
    affiliation: str | None,
    html: str,
) -> Said:
    values = {"who": _who(name, affiliation, withheld), "title": title}
    sentences = {
        ANSWER: _("%(who)s has answered your question: %(title)s"),
        REPLY: _("%(who)s has written in: %(title)s"),
        MENTION: _("%(who)s mentions you in: %(title)s"),
        ACCEPTED: _("Your answer was accepted: %(title)s"),
    }
    url = post_url(topic_url(address_of(board_path), topic_id, slug), notice.about, position)
    subject = _("An answer to your question: %(title)s") % values if notice.verb == ANSWER else ""
    return Said(sentences[notice.verb] % values, url, excerpt_of(html), subject)


def say_topics(notices: Sequence[Notice], viewer: Viewer) -> Mapping[int, Said]:
    """Notices of new questions: one query however many."""
    found = topics(viewer).filter(pk__in={notice.about for notice in notices}, posts__position=1)
    fields = ("pk", "title", "slug", "board__url_path", "board__title", "withheld", "author__name")
    rows = {
        row[0]: row[1:] for row in found.values_list(*fields, "author__affiliation", Left("posts__html", MOST_HTML))
    }
    return {notice.pk: _say_topic(notice.about, *rows[notice.about]) for notice in notices if notice.about in rows}


def _say_topic(
    pk: int,
    title: str,
    slug: str,
    board_path: str,
    board: str,
    withheld: bool,
    name: str | None,
    affiliation: str | None,
    html: str,
) -> Said:
    values = {"who": _who(name, affiliation, withheld), "title": title, "board": board}
    sentence = _("%(who)s asks on %(board)s: %(title)s") % values
    return Said(sentence, topic_url(address_of(board_path), pk, slug), excerpt_of(html))


def _who(name: str | None, affiliation: str | None, withheld: bool) -> str:
    if withheld:
        return _("A member whose name is withheld")
    if not name:
        return _("A former member")
    return f"{name} ({label_of(Affiliation, affiliation)})"


def excerpt_of(html: str) -> str:
    """The first words of a post's markup, which may have been cut in a tag."""
    whole = html.rsplit("<", 1)[0] if len(html) == MOST_HTML else html
    words = plain_text(whole)
    return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …"


def _register() -> None:
    group = gettext_lazy("Forums")
    about_posts = {
        ANSWER: gettext_lazy("Answers to your own questions"),
        REPLY: gettext_lazy("What is written in topics, and by people, that you follow"),
        MENTION: gettext_lazy("Somebody mentions you"),
        ACCEPTED: gettext_lazy("Your answer is accepted"),
    }
    through = {ANSWER: ("topic",), REPLY: ("topic", "member")}
    for name, label in about_posts.items():
        own, say = through.get(name, ()), verbs.one_of(say_posts)
        verbs.register(Verb(name, label, group, say, say_all=say_posts, things=posts, through=own))
    label = gettext_lazy("New questions on boards, about subjects, and by people, that you follow")
    places, say = ("board", "group", "concept", "member"), verbs.one_of(say_topics)
    verbs.register(Verb(QUESTION, label, group, say, say_all=say_topics, things=topics, through=places))


_register()

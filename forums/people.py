"""Whom a member may ask to answer a question: people who may read it, and whose profile the member may see."""

from typing import NamedTuple

from django.db.models import Count

from forums import mentions
from forums.models import AskedToAnswer, Post, Topic
from portal.core import references
from portal.core.viewer import Viewer

MOST_PEOPLE = 10
# Of so many at most it is found out whose profile may be seen.
MOST_READ = 40


class Person(NamedTuple):
    """Somebody who may know; `was_asked` says that he or she has been asked."""

    pk: int
    name: str
    url: str
    was_asked: bool


def named(words: str, topic: Topic, viewer: Viewer) -> list[Person]:
    """Members with these words in their name: four queries."""
    found = mentions.readers(topic.board).filter(name__icontains=words).order_by("name", "pk")
    return _people(list(found.values_list("pk", flat=True)[:MOST_READ]), topic, viewer)


def likely(topic: Topic, viewer: Viewer) -> list[Person]:
    """Who gave the most accepted answers, under their name, to visible questions about the same concepts: five
    queries."""
    alike = Topic.objects.visible(viewer).filter(concepts__in=topic.concepts.all(), accepted_count__gt=0)
    accepted = Post.objects.filter(topic__in=alike.values("pk"), accepted_at__isnull=False, hidden=False)
    accepted = accepted.filter(withheld=False, author__in=mentions.readers(topic.board).values("pk"))
    most = (
        accepted.order_by().values("author").annotate(number=Count("pk", distinct=True)).order_by("-number", "author")
    )
    return _people(list(most.values_list("author", flat=True)[:MOST_READ]), topic, viewer)


def can_see(member_id: int, viewer: Viewer) -> bool:
    """Whether the viewer may open the member's profile: one query."""
    return bool(references.resolve("member", [str(member_id)], viewer))


def _people(pks: list[int], topic: Topic, viewer: Viewer) -> list[Person]:
    # Whose name is withheld must not be told by being the one who is missing.
    out = {viewer.user_id, None if topic.withheld else topic.author_id}
    keys = [str(pk) for pk in pks if pk not in out]
    links = references.resolve("member", keys, viewer)
    asked = set(AskedToAnswer.objects.filter(topic=topic, member__in=pks).values_list("member_id", flat=True))
    shown = [(int(key), links[key]) for key in keys if key in links][:MOST_PEOPLE]
    return [Person(pk, link.title, link.url, pk in asked) for pk, link in shown]

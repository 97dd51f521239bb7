"""What a digest says of the forums: questions that wait in the reader's subjects, and answers that were accepted."""

from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forums import notifications
from forums.models import Topic
from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.notifications import digests
from portal.notifications.digests import MOST_LINKS, Period

# An answer that is accepted later than so long after the last post is told of nowhere: the index of topics ends there.
SLACK = timedelta(days=14)


def waiting(viewer: Viewer, period: Period, concept_ids: list[int]) -> list[Link]:
    """Questions of the period without an answer, about the reader's concepts or narrower ones."""
    if not concept_ids:
        return []
    tagged = Topic.concepts.through._default_manager.filter(
        Q(concept__in=concept_ids) | Q(concept__ancestry__ancestor__in=concept_ids)
    )
    found = notifications.topics(viewer).waiting().filter(pk__in=tagged.values("topic"))  # type: ignore[attr-defined]
    found = found.filter(created_at__gte=period.since, created_at__lt=period.until).exclude(author=viewer.user_id)
    newest = found.select_related("board").order_by("-created_at", "-pk")[:MOST_LINKS]
    return [Link(topic.title, topic.url, label=topic.board.title) for topic in newest]


def best_answers(viewer: Viewer, period: Period, concept_ids: list[int]) -> list[Link]:
    """Answers accepted in the period, those first that helped most."""
    posts = notifications.posts(viewer).filter(
        Q(accepted_at__isnull=False) | Q(topic__accepted_post=F("pk")), topic__last_post_at__gte=period.since - SLACK
    )
    posts = posts.annotate(since=Coalesce("accepted_at", "created_at"))
    found = posts.filter(since__gte=period.since, since__lt=period.until).select_related("topic__board")
    return [
        Link(post.topic.title, post.url, label=_helped(post.helped_count), summary=notifications.excerpt_of(post.html))
        for post in found.order_by("-helped_count", "-since", "-pk")[:MOST_LINKS]
    ]


def _helped(number: int) -> str:
    if not number:
        return _("accepted")
    return ngettext("helped %(number)s member", "helped %(number)s members", number) % {"number": number}


digests.register("questions", gettext_lazy("New questions in your subjects"), waiting, order=10)
digests.register("answers", gettext_lazy("Best answers"), best_answers, order=20)

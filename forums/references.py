"""How other rooms point at topics, and which topics speak about a page."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Topic
from portal.core import references
from portal.core.references import Link
from portal.core.viewer import Viewer

# Keys come from text fields: what is longer than a database id is no key.
LONGEST_KEY = 18


def topics(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The visible topics among `keys` (ids as text): one query."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY]
    found = Topic.objects.visible(viewer).select_related("board").filter(pk__in=ids)
    return {str(topic.pk): _link(topic) for topic in found}


def about(page_id: int, viewer: Viewer, limit: int) -> list[Link]:
    """Questions about a page, newest activity first: one query."""
    found = Topic.objects.visible(viewer).filter(about_id=page_id).select_related("board").newest_activity()
    return [_link(topic) for topic in found[:limit]]


def _link(topic: Topic) -> Link:
    answers = ngettext("%(number)d answer", "%(number)d answers", topic.reply_count) % {"number": topic.reply_count}
    label = _("Solved") if topic.accepted_post_id else answers
    return Link(topic.title, topic.url, label=label, summary=topic.board.title)


references.register("topic", topics)
references.register_backlinks("topics", about)

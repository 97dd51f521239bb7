"""The words of files beside posts, for search: read by a task once they are posted, and gone with their file.

Who finds them is whoever may see the post, because they stand in the record of its topic.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from forums.accepting import SHOWN
from forums.models import Attachment, AttachmentText, Topic
from portal.search import extraction
from portal.search import services as search

log = logging.getLogger(__name__)

# After this long no task is on its way any more.
GRACE = timedelta(minutes=10)
AT_ONCE = 100


@task()
def read(topic_id: int) -> int:
    """Read the files of the topic that nobody has read yet, and record it. How many were read. Safe to run twice."""
    texts = [
        AttachmentText(attachment=attachment, text=text)
        for attachment in _unread().filter(post__topic=topic_id).order_by("pk")
        if (text := _text_of(attachment)) is not None
    ]
    with transaction.atomic():
        # Nobody takes a file away meanwhile: who writes in a topic locks it first.
        list(Topic.objects.select_for_update().filter(pk=topic_id))
        there = set(Attachment.objects.filter(post__topic=topic_id).values_list("pk", flat=True))
        kept = [text for text in texts if text.pk in there]
        AttachmentText.objects.bulk_create(kept, ignore_conflicts=True)
        search.index("topic", [topic_id])
    return len(kept)


def catch_up() -> str:
    """Let those files be read whose task was lost, or whose storage was away. For `manage.py tick`."""
    late = _unread().filter(post__isnull=False, created_at__lt=timezone.now() - GRACE)
    topics = list(late.order_by("post__topic").values_list("post__topic", flat=True).distinct()[:AT_ONCE])
    for topic_id in topics:
        read.enqueue(topic_id)
    return f"topics with files to read: {len(topics)}" if topics else ""


def _unread() -> "QuerySet[Attachment, Attachment]":
    return Attachment.objects.filter(read_text=None).exclude(media_type__in=SHOWN)


def _text_of(attachment: Attachment) -> str | None:
    """The words of the file; None where its storage does not give it."""
    try:
        with attachment.file.open("rb") as file:
            content = file.read(extraction.MOST_BYTES + 1)
    except Exception:
        # Whatever a storage raises, which differs by its library: the files after this one are to be read.
        log.warning("File %d beside a post cannot be fetched to be read for search.", attachment.pk, exc_info=True)
        return None
    return extraction.read(attachment.name.rpartition(".")[2].lower(), content)

"""The words of files beside posts, for search: read by a task once they are posted, and gone with their file.

Who finds them is whoever may see the post, because they stand in the record of its topic.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from forums.accepting import SHOWN
from forums.models import Attachment, AttachmentText, Topic
from portal.search import extraction
from portal.search import services as search

log = logging.getLogger(__name__)

# Of a file, so that one long file leaves others a place in the record of their topic.
MOST_CHARACTERS = 50_000
# After this long no task is on its way any more.
GRACE = timedelta(minutes=10)
# When a file is asked for again that its storage did not give.
AGAIN = timedelta(days=1)
AT_ONCE = 200


@task()
def read(attachment_id: int) -> bool:
    """Read the file, and record its topic. False if it was read before or is beside no post. Safe to run twice.

    One file only, so that none keeps others of the queue waiting for long, and what is read is kept at once.
    """
    unread = Q(read_text=None) | Q(read_text__missed_at__isnull=False)
    attachment = Attachment.objects.filter(unread, pk=attachment_id, post__isnull=False).first()
    return attachment is not None and _keep(attachment, _text_of(attachment))


def catch_up() -> str:
    """Let those files be read whose task was lost, and again those whose storage was away. For `manage.py tick`."""
    now = timezone.now()
    posted = Attachment.objects.filter(post__isnull=False, created_at__lt=now - GRACE).exclude(media_type__in=SHOWN)
    pks = list(posted.filter(read_text=None).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    missed = AttachmentText.objects.filter(missed_at__lt=now - AGAIN).order_by("missed_at")
    pks += missed.values_list("pk", flat=True)[:AT_ONCE]
    for pk in pks:
        read.enqueue(pk)
    return f"files to read: {len(pks)}" if pks else ""


@transaction.atomic
def _keep(attachment: Attachment, text: str | None) -> bool:
    """Keep what the file says, or that it was not to be had (None). False if it was taken away meanwhile."""
    if not Attachment.objects.select_for_update().filter(pk=attachment.pk).exists():
        return False
    missed_at = timezone.now() if text is None else None
    AttachmentText.objects.update_or_create(
        attachment=attachment, defaults={"text": (text or "")[:MOST_CHARACTERS], "missed_at": missed_at}
    )
    # Where its post stands by now: a topic may have been split meanwhile.
    search.index("topic", Topic.objects.filter(posts__attachments=attachment.pk).values_list("pk", flat=True))
    return True


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

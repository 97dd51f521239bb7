"""What the vocabulary does by the clock."""

from datetime import timedelta

from django.utils import timezone

from portal.core import ticks
from taxonomy.models import BulkEdit

KEEP_UPLOADS = timedelta(days=1)


def prune_uploads() -> str:
    """Delete spreadsheets that nobody applied within a day."""
    gone = BulkEdit.objects.filter(created_at__lt=timezone.now() - KEEP_UPLOADS).delete()[0]
    return f"{gone} spreadsheets deleted" if gone else ""


ticks.register("taxonomy.prune-uploads", 60, prune_uploads)

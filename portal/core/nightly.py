"""The ground floor's own jobs: publishing by the minute, tidying by night."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from portal.core import collection_gates, letters, statistics, ticks
from portal.core.gates import regate_all
from portal.core.models import PageGate

NIGHT = 3
DAY = 24 * 60
KEEP_ENDED = timedelta(days=7)
KEEP_FAILED = timedelta(days=30)


def publish_scheduled() -> None:
    """Put live what is due and take down what has expired."""
    call_command("publish_scheduled", verbosity=0)


def clear_sessions() -> None:
    """Delete sessions that have ended."""
    call_command("clearsessions", verbosity=0)


def prune_tasks() -> str:
    """Delete the rows of tasks that ended a week ago, of those that failed a month ago."""
    now = timezone.now()
    ended = DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_ENDED).delete()[0]
    failed = DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()[0]
    return f"{ended + failed} rows deleted" if ended or failed else ""


def reconcile_gates() -> str:
    """Recompute every gate. What it mends was changed by other means than the portal's, so it is worth knowing."""
    orphans = PageGate.objects.exclude(page_id__in=Page.objects.values("pk")).count()
    mended = [*regate_all(), *collection_gates.regate_all()]
    return f"{len(mended)} gates mended, {orphans} without a page" if mended or orphans else ""


def register() -> None:
    """Called when the app is ready."""
    ticks.register("publish-scheduled", 1, publish_scheduled)
    ticks.register("letters", 10, letters.enqueue_owed)
    ticks.register("clear-sessions", DAY, clear_sessions, hour=NIGHT)
    ticks.register("prune-tasks", DAY, prune_tasks, hour=NIGHT)
    ticks.register("reconcile-gates", DAY, reconcile_gates, hour=NIGHT)
    ticks.register("refresh-statistics", DAY, statistics.refresh, hour=NIGHT)

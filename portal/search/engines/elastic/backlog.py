"""What Elasticsearch has not acknowledged yet: rows whose version is newer, and tombstones.

The rows are the outbox. A task only says that there is something in it, in the transaction that put it there; when
the task is lost, or fails, nothing else is, and the clock enqueues another.
"""

from collections import defaultdict
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult, get_date_max

from portal.core.prepared import prepared
from portal.search import engines
from portal.search.models import SearchEntry, SearchTombstone

# More than these are not taken out of each query: the database answers until they are delivered.
MOST_HELD_BACK = 500
# One more, which says that they are too many.
READ = MOST_HELD_BACK + 1
KEPT = timedelta(days=2)
# When what did not arrive is sent again.
AGAIN = timedelta(seconds=10)

WAITING = Q(version__gt=F("delivered"))


def held_back() -> list[str] | None:
    """Keys that no answer may rest on, since what the index holds of them is not what the rows say; None: too many.

    Whatever waits is among them: its audience may have narrowed, or a part of its text have been hidden.
    """
    keys = _waiting()
    if len(keys) <= MOST_HELD_BACK:
        keys += _buried()
    return keys if len(keys) <= MOST_HELD_BACK else None


@prepared
def _waiting() -> "QuerySet[SearchEntry, str]":
    return SearchEntry.objects.filter(WAITING).values_list("key", flat=True)[:READ]


@prepared
def _buried() -> "QuerySet[SearchTombstone, str]":
    return graves().values_list("key", flat=True)[:READ]


def size() -> int:
    """How many entries and removals wait."""
    return SearchEntry.objects.filter(WAITING).count() + graves().count()


def graves() -> "QuerySet[SearchTombstone]":
    """The removals that wait."""
    return SearchTombstone.objects.filter(acknowledged_at=None)


def acknowledge(sent: dict[str, int]) -> int:
    """Every index holds these versions (key → version). A row that changed since goes on waiting. Returns how many."""
    return SearchEntry.objects.filter(WAITING, _exactly(sent)).update(delivered=F("version")) if sent else 0


def acknowledge_burials(sent: dict[str, int]) -> int:
    """No index holds these any more (key → tombstone's version). Returns how many."""
    return graves().filter(_exactly(sent)).update(acknowledged_at=timezone.now()) if sent else 0


def _exactly(sent: dict[str, int]) -> Q:
    """What still has the version that was sent. SQLite takes no 1,000 different ones in one condition: 500 are sent."""
    keys: dict[int, list[str]] = defaultdict(list)
    for key, version in sent.items():
        keys[version].append(key)
    return reduce(or_, (Q(version=version, key__in=of_it) for version, of_it in keys.items()))


@transaction.atomic
def call(task: Task[[], int], *, after: timedelta | None = None) -> bool:
    """Enqueue the delivery in the caller's transaction, unless one waits that will see what the caller wrote.

    One that a worker has already taken may have read the rows before, so it does not count. Where rows can be locked
    (PostgreSQL), the one that waits is kept from being taken until the caller's transaction ends; SQLite lets nobody
    else write until then.
    """
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path)
    if after is None:
        # One that is to try again later would let this wait for it.
        waiting = waiting.exclude(run_after__gt=timezone.now(), run_after__lt=get_date_max())
    if waiting.select_for_update(skip_locked=True).order_by("run_after").first() is not None:
        return False
    (task.using(run_after=timezone.now() + after) if after else task).enqueue()
    return True


def forget() -> str:
    """Delete tombstones that every index has long known, and all of them where none is in use. For the clock."""
    old = SearchTombstone.objects.filter(acknowledged_at__lt=timezone.now() - KEPT)
    gone = (old if engines.is_remote() else SearchTombstone.objects.all()).delete()[0]
    return f"{gone} removals forgotten" if gone else ""

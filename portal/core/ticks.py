"""What runs by the clock. Rooms register jobs; `manage.py tick`, once a minute, runs those that are due.

A job's row (`TickRun`) is its memory and its lock: a second tick at the same time finds it claimed and leaves it alone,
on any number of machines. A claim ends by itself after `CLAIM`, so a killed process blocks nothing for long.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from portal.core.models import TickRun

log = logging.getLogger(__name__)

CLAIM = timedelta(minutes=15)
# A tick that comes a little early still counts as the next one.
SLACK = timedelta(seconds=20)
# The name of the row that stands for the tick as a whole.
WHOLE = "tick"
LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class Job:
    """`fn` is called every `every` minutes; with `hour` (0-23, server time zone) it waits for that hour of the day."""

    name: str
    every: int
    fn: Callable[[], object]
    hour: int | None = None

    def is_due(self, last_started: datetime | None, now: datetime) -> bool:
        """Whether the job, last started then, has to run at `now`. A job that never ran is due."""
        if last_started is None:
            return True
        if self.hour is not None:
            local = timezone.localtime(now)
            turn = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
            turn = turn if turn <= local else turn - timedelta(days=1)
            return last_started < turn
        return last_started + timedelta(minutes=self.every) - SLACK <= now


_jobs: dict[str, Job] = {}


def register(name: str, every: int, fn: Callable[[], object], hour: int | None = None) -> None:
    """Run `fn()` every `every` minutes, at most once at a time. What it returns is kept as its message.

    Registering a name again replaces the job.
    """
    if every < 1:
        raise ValueError("A job runs every minute at most.")
    _jobs[name] = Job(name, every, fn, hour)


def jobs() -> list[Job]:
    """Every registered job, in the order of registration."""
    return list(_jobs.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tick did: the names of the jobs that ran, and of those that failed. `busy`: another tick is at it."""

    ran: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    busy: bool = False


def run_due() -> Outcome:
    """Run every job that is due. One that fails is logged and does not stop the others."""
    if not _claim(WHOLE):
        return Outcome(busy=True)
    ran, failed = [], []
    try:
        for job in jobs():
            if not job.is_due(_last_started(job.name), timezone.now()) or not _claim(job.name):
                continue
            ran.append(job.name)
            if not _run(job):
                failed.append(job.name)
            TickRun.objects.filter(name=WHOLE).update(claimed_until=timezone.now() + CLAIM)
    finally:
        _finish(WHOLE, ok=not failed, message=", ".join(failed))
    return Outcome(tuple(ran), tuple(failed))


def _run(job: Job) -> bool:
    try:
        said = job.fn()
    except Exception as error:
        log.exception("The job %s failed.", job.name)
        _finish(job.name, ok=False, message=f"{type(error).__name__}: {error}")
        return False
    _finish(job.name, ok=True, message="" if said is None else str(said))
    log.info("The job %s ran.", job.name)
    return True


def _last_started(name: str) -> datetime | None:
    return TickRun.objects.filter(name=name).values_list("last_started", flat=True).first()


def _claim(name: str) -> bool:
    now = timezone.now()
    TickRun.objects.get_or_create(name=name)
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    claimed = TickRun.objects.filter(free, name=name).update(last_started=now, claimed_until=now + CLAIM)
    return bool(claimed)


def _finish(name: str, *, ok: bool, message: str) -> None:
    TickRun.objects.filter(name=name).update(
        last_finished=timezone.now(), claimed_until=None, ok=ok, message=message[:LONGEST_MESSAGE]
    )


def age() -> timedelta | None:
    """How long ago a tick last finished; None if none ever did."""
    finished = TickRun.objects.filter(name=WHOLE).values_list("last_finished", flat=True).first()
    return timezone.now() - finished if finished else None

"""Whose digest is due. Each period has a name; a letter's key holds it, so that no period is mailed twice, whatever
dies and is begun again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from portal.core import letters
from portal.notifications import choosing
from portal.notifications.digests import Period
from portal.notifications.models import DigestRound, Setting
from portal.notifications.verbs import Channel

LETTER = "digest"
CHUNK = 200
# Digests go out in the morning (server time), the weekly ones on Mondays.
HOUR, WEEKDAY = 6, 0
LENGTH = {Channel.DAILY: timedelta(days=1), Channel.WEEKLY: timedelta(days=7)}


def last_period(channel: Channel, now: datetime) -> Period:
    """The last one that has ended at `now`."""
    local = timezone.localtime(now)
    end = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    days = (local.weekday() - WEEKDAY) % 7 if channel == Channel.WEEKLY else 0
    end -= timedelta(days=days)
    if end > local:
        end -= LENGTH[channel]
    return Period(end - LENGTH[channel], end)


def name_of(channel: Channel, period: Period) -> str:
    """Such as "weekly-2026-11-23": the day on which the period ends."""
    return f"{channel}-{timezone.localtime(period.until):%Y-%m-%d}"


def read(name: str) -> tuple[Channel, Period]:
    """The channel and the period that have this name."""
    channel, _dash, day = name.partition("-")
    until = timezone.make_aware(datetime.strptime(day, "%Y-%m-%d").replace(hour=HOUR))
    return Channel(channel), Period(until - LENGTH[Channel(channel)], until)


def begin_due(now: datetime | None = None) -> str:
    """Begin the rounds whose period has ended, and those again that a dead worker has left. For `manage.py tick`."""
    begun = 0
    for channel in choosing.PERIODS:
        name = name_of(channel, last_period(channel, now or timezone.now()))
        DigestRound.objects.get_or_create(name=name)
        if not DigestRound.objects.filter(name=name).exclude(done_at=None).exists():
            owe_all.enqueue(name)
            begun += 1
    return f"digests begun: {begun}"


@task()
def owe_all(name: str) -> None:
    """Owe every member's digest of the round, a few at a time; it may be run twice, at once too."""
    channel, _period = read(name)
    while _owe_some(name, channel):
        pass


@transaction.atomic
def _owe_some(name: str, channel: Channel) -> bool:
    """Owe the next ones; False when nobody is left."""
    found = DigestRound.objects.select_for_update().filter(name=name, done_at=None).first()
    if found is None:
        return False
    wanting = Setting.objects.filter(channel=channel, member__gt=found.after).order_by("member_id")
    members = list(wanting.values_list("member_id", flat=True).distinct()[:CHUNK])
    for member_id in members:
        letters.owe(LETTER, f"{name}-{member_id}", recipient=member_id)
    if len(members) < CHUNK:
        DigestRound.objects.filter(pk=found.pk).update(done_at=timezone.now())
        return False
    DigestRound.objects.filter(pk=found.pk).update(after=members[-1])
    return True

"""The days and weeks of which digests tell."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from portal.notifications.rounds import last_period
from portal.notifications.verbs import Channel


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        (datetime(2026, 11, 27, 5, 59, tzinfo=UTC), (26, 11), (23, 11)),
        (datetime(2026, 11, 27, 6, 0, tzinfo=UTC), (27, 11), (23, 11)),
        (datetime(2026, 11, 30, 5, 59, tzinfo=UTC), (29, 11), (23, 11)),
        (datetime(2026, 11, 30, 6, 0, tzinfo=UTC), (30, 11), (30, 11)),
        (datetime(2026, 12, 1, 6, 0, tzinfo=UTC), (1, 12), (30, 11)),
    ],
)
def test_a_period_ends_in_the_morning_and_a_week_on_monday(
    now: datetime, daily: tuple[int, int], weekly: tuple[int, int]
) -> None:
    with timezone.override(UTC):
        for channel, (day, month), length in ((Channel.DAILY, daily, 1), (Channel.WEEKLY, weekly, 7)):
            period = last_period(channel, now)
            assert (period.until.day, period.until.month, period.until.hour) == (day, month, 6)
            assert period.until - period.since == timedelta(days=length)

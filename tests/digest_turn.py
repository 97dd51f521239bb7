"""When digests are due, moved away from now: no test begins in one period and ends in the next."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.notifications import rounds

BEGUN = timezone.now()


def move_turn(patch: pytest.MonkeyPatch) -> None:
    """Let the days and weeks of digests end half a day, and half a week, from when the tests began."""
    patch.setattr(rounds, "HOUR", (BEGUN.hour + 12) % 24)
    patch.setattr(rounds, "WEEKDAY", (BEGUN.weekday() + 3) % 7)


def send_weekly() -> None:
    """Send everybody the weekly digest in which everything is that was made until now."""
    with pytest.MonkeyPatch.context() as patch:
        move_turn(patch)
        rounds.begin_due(timezone.now() + timedelta(days=7))

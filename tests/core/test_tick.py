"""The clock: what is due runs once, and one failure stops nothing else."""

import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page

from portal.core import ticks
from portal.core.models import PageGate, TickRun
from portal.home.models import HomePage, StandardPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Only the test's own jobs; they write down that they ran."""
    monkeypatch.setattr(ticks, "_jobs", {})
    return []


def test_a_job_runs_when_it_is_due_and_not_before(ran: list[str]) -> None:
    ticks.register("often", 1, lambda: ran.append("often"))
    ticks.register("seldom", 60, lambda: ran.append("seldom"))
    ticks.run_due()
    ticks.run_due()
    assert ran == ["often", "seldom"]
    TickRun.objects.update(last_started=timezone.now() - timedelta(minutes=2))
    ticks.run_due()
    assert ran == ["often", "seldom", "often"]


def test_a_failure_is_kept_and_stops_no_other_job(ran: list[str]) -> None:
    def fail() -> None:
        raise ValueError("the shelf fell")

    ticks.register("bad", 1, fail)
    ticks.register("good", 1, lambda: "3 rows")
    outcome = ticks.run_due()
    assert (outcome.ran, outcome.failed) == (("bad", "good"), ("bad",))
    bad, good = TickRun.objects.get(name="bad"), TickRun.objects.get(name="good")
    assert (bad.ok, bad.message) == (False, "ValueError: the shelf fell")
    assert (good.ok, good.message) == (True, "3 rows")
    assert bad.claimed_until is None


def test_the_second_of_two_ticks_at_once_leaves(ran: list[str]) -> None:
    inner: list[ticks.Outcome] = []
    ticks.register("slow", 1, lambda: inner.append(ticks.run_due()))
    assert ticks.run_due().ran == ("slow",)
    assert inner == [ticks.Outcome(busy=True)]


def test_the_claim_of_a_killed_tick_ends_by_itself(ran: list[str]) -> None:
    ticks.register("job", 1, lambda: ran.append("job"))
    TickRun.objects.create(name=ticks.WHOLE, claimed_until=timezone.now() + timedelta(minutes=5))
    assert ticks.run_due().busy
    TickRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert ticks.run_due().ran == ("job",)


def test_a_nightly_job_waits_for_its_hour_and_runs_once() -> None:
    job = ticks.Job("night", 24 * 60, lambda: None, hour=3)
    morning = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert job.is_due(None, morning)
    assert not job.is_due(morning - timedelta(hours=5), morning)
    assert job.is_due(morning - timedelta(hours=7), morning)
    assert not job.is_due(morning, datetime(2026, 3, 3, 2, 59, tzinfo=UTC))
    assert job.is_due(morning, datetime(2026, 3, 3, 3, 0, tzinfo=UTC))


def test_a_job_more_often_than_each_minute_is_refused() -> None:
    with pytest.raises(ValueError, match="every minute"):
        ticks.register("too often", 0, lambda: None)


def test_the_command_fails_when_a_job_does(ran: list[str]) -> None:
    ticks.register("bad", 1, lambda: 1 / 0)
    with pytest.raises(CommandError, match="bad"):
        call_command("tick", stdout=StringIO())


def test_the_loop_runs_until_it_is_told_to_stop(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # It would close the connection that holds the test's transaction.
    monkeypatch.setattr("portal.core.management.commands.tick.close_old_connections", lambda: None)
    former = signal.getsignal(signal.SIGTERM)

    def stop() -> None:
        ran.append("once")
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()

    ticks.register("stop", 1, stop)
    call_command("tick", every=60, stdout=StringIO())
    assert ran == ["once"]
    assert signal.getsignal(signal.SIGTERM) is former


def test_scheduled_pages_go_live_and_come_down_at_their_time(home: HomePage) -> None:
    page = StandardPage(title="Soon", slug="soon", live=False)
    home.add_child(instance=page)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert not Page.objects.get(pk=page.pk).live
    revision = Page.objects.get(pk=page.pk).latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    assert not ticks.run_due().failed
    assert Page.objects.get(pk=page.pk).live


def test_the_night_mends_gates_that_something_else_broke(home: HomePage) -> None:
    PageGate.objects.all().delete()
    assert not ticks.run_due().failed
    assert PageGate.objects.filter(page_id=home.pk).exists()
    assert "gates mended" in TickRun.objects.get(name="reconcile-gates").message


def test_prepare_may_be_run_again() -> None:
    said = StringIO()
    call_command("prepare", stdout=said)
    assert "prepared" in said.getvalue()

"""Alive, and ready: what load balancers and night watches ask."""

import logging
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.core import health, ticks
from portal.core.models import CacheGeneration, TickRun
from portal.home.models import HomePage, StandardPage

pytestmark = pytest.mark.django_db


def ready(client: Client) -> tuple[int, dict[str, object]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_alive_asks_no_database_and_answers_any_host(settings: object, visitor_client: Client) -> None:
    settings.ALLOWED_HOSTS = ["portal.example.gov"]  # type: ignore[attr-defined]
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as made:
        response = visitor_client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.content, len(made)) == (200, b"ok\n", 0)


def test_probes_leave_no_line_in_the_access_log(visitor_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="portal.access"):
        visitor_client.get("/healthz")
    assert not caplog.records


def test_ready_after_a_tick_with_something_to_find(home: HomePage, visitor_client: Client) -> None:
    TickRun.objects.create(name=ticks.WHOLE, last_finished=timezone.now())
    home.add_child(instance=StandardPage(title="About", slug="about"))
    status, shown = ready(visitor_client)
    assert status == 200
    assert shown["status"] == "ready", shown
    assert shown["checks"]["tick"]["age_seconds"] < 600  # type: ignore[index]
    assert shown["checks"]["search"].keys() == {"ok", "milliseconds"}, "and no number of what there is"  # type: ignore[index]


def test_a_clock_that_stands_still_is_said_but_takes_no_server_away(visitor_client: Client) -> None:
    status, shown = ready(visitor_client)
    assert (status, shown["status"]) == (200, "degraded")
    TickRun.objects.create(name=ticks.WHOLE, last_finished=timezone.now() - timedelta(hours=1))
    assert "last finished" in ready(visitor_client)[1]["checks"]["tick"]["problem"]  # type: ignore[index]


def test_tasks_that_nobody_works_on_are_said(visitor_client: Client) -> None:
    result = DBTaskResult.objects.create(
        task_path="x.y", args_kwargs={"args": [], "kwargs": {}}, backend_name="default", queue_name="default"
    )
    assert ready(visitor_client)[1]["checks"]["tasks"]["waiting"] == 1  # type: ignore[index]
    DBTaskResult.objects.filter(pk=result.pk).update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert "worker" in ready(visitor_client)[1]["checks"]["tasks"]["problem"]  # type: ignore[index]


def test_without_its_tables_it_is_not_ready(visitor_client: Client) -> None:
    CacheGeneration.objects.all().delete()
    status, shown = ready(visitor_client)
    assert (status, shown["status"]) == (503, "unavailable")
    assert "prepare" in shown["checks"]["database"]["problem"]  # type: ignore[index]


def test_a_cache_that_is_away_is_said_without_its_address(
    visitor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("secret-host:6379 refused")

    monkeypatch.setattr(type(cache._connections[cache._alias]), "set", fail)  # type: ignore[attr-defined]
    status, shown = ready(visitor_client)
    assert (status, shown["status"]) == (200, "degraded")
    assert "secret-host" not in str(shown)


def test_a_room_may_add_a_check(visitor_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_checks", dict(health._checks))

    def broken() -> dict[str, object]:
        raise health.UnhealthyError("The shelf is empty.")

    health.register("shelf", broken, necessary=True)
    status, shown = ready(visitor_client)
    assert status == 503
    assert shown["checks"]["shelf"]["problem"] == "The shelf is empty."  # type: ignore[index]

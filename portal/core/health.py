"""Is the process alive, and is the portal ready: for load balancers and for whoever watches at night.

`/healthz` asks nothing of anybody. `/readyz` is a JSON object with one entry for each check; a failing necessary check
answers 503, so that readers are sent elsewhere, and a failing useful one says "degraded" with 200: taking every server
away because the clock stands still would help nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.core import ticks
from portal.core.pagecache import CACHE_ERRORS

LATE_TICK_SECONDS = 10 * 60
LATE_TASK_SECONDS = 15 * 60

Probe = Callable[[], Mapping[str, Any]]


class UnhealthyError(Exception):
    """Raised by a probe, with a sentence that says what is wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    probe: Probe
    necessary: bool


_checks: dict[str, Check] = {}


def register(name: str, probe: Probe, *, necessary: bool = False) -> None:
    """Add a check to `/readyz`.

    `probe` returns what to show, and raises UnhealthyError or a database error if all is not well.
    """
    _checks[name] = Check(probe, necessary)


def report() -> tuple[dict[str, Any], bool]:
    """Every check's answer, and whether all the necessary ones are well."""
    found: dict[str, Any] = {}
    ready, well = True, True
    for name, check in _checks.items():
        found[name] = _ask(check)
        if not found[name]["ok"]:
            well = False
            ready = ready and not check.necessary
    status = "ready" if ready and well else "degraded" if ready else "unavailable"
    return {"status": status, "checks": found}, ready


def _ask(check: Check) -> dict[str, Any]:
    started = perf_counter()
    try:
        shown: dict[str, Any] = {"ok": True, **check.probe()}
    except UnhealthyError as error:
        shown = {"ok": False, "problem": str(error)}
    except CACHE_ERRORS as error:
        # The kind only: a message may hold addresses and passwords.
        shown = {"ok": False, "problem": type(error).__name__}
    return {**shown, "milliseconds": round((perf_counter() - started) * 1000, 1)}


def database() -> Mapping[str, Any]:
    """Can be read, and is migrated as far as the page cache's own table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM core_cachegeneration WHERE id = 1")
        if cursor.fetchone() is None:
            raise UnhealthyError("The database is not prepared: run manage.py prepare.")
    return {"vendor": connection.vendor}


def cache_answers() -> Mapping[str, Any]:
    """What is written can be read. Without it pages are made anew each time and rate limits do not hold."""
    token = str(timezone.now().timestamp())
    cache.set("readyz", token, timeout=60)
    if cache.get("readyz") != token:
        raise UnhealthyError("The cache does not keep what is written to it.")
    return {}


def tasks_backlog() -> Mapping[str, Any]:
    """How many tasks wait, and for how many seconds the oldest has been due."""
    waiting = DBTaskResult.objects.ready()
    oldest = waiting.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    seconds = int((timezone.now() - oldest).total_seconds()) if oldest else 0
    if seconds > LATE_TASK_SECONDS:
        raise UnhealthyError(f"A task has been waiting for {seconds} s: is a worker running?")
    return {"waiting": waiting.count(), "oldest_seconds": seconds}


def last_tick() -> Mapping[str, Any]:
    """How many seconds ago `manage.py tick` last finished."""
    age = ticks.age()
    if age is None:
        raise UnhealthyError("manage.py tick has never run.")
    seconds = int(age.total_seconds())
    if seconds > LATE_TICK_SECONDS:
        raise UnhealthyError(f"manage.py tick last finished {seconds} s ago.")
    return {"age_seconds": seconds}


def register_own() -> None:
    """Called when the app is ready."""
    register("database", database, necessary=True)
    register("cache", cache_answers)
    register("tasks", tasks_backlog)
    register("tick", last_tick)


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. No database, no cache."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> HttpResponse:
    """JSON with every check; 503 if a necessary one fails."""
    try:
        shown, ready = report()
    except DatabaseError as error:
        shown, ready = {"status": "unavailable", "problem": type(error).__name__}, False
    return JsonResponse(shown, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


PROBES: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}

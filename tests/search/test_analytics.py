"""What is searched for and opened is counted for editors, never by whom; and no search waits for it or fails by it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import OperationalError, close_old_connections
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.accounts.models import User
from portal.core.viewer import VISITOR
from portal.search import analytics
from portal.search.models import AskedQuery, OpenedHit
from portal.search.views import search
from tests.factories.search import entry

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
ASKED = "/admin/reports/asked/"
OPENED = "/search/opened/"
OWN = {"Origin": "http://testserver"}


def ask(text: str, **headers: str) -> None:
    assert Client().get("/search/", {"q": text}, headers=headers or None).status_code == 200


def open_hit(text: str, position: object, **headers: str) -> int:
    return Client().post(OPENED, {"q": text, "position": position}, headers=headers or OWN).status_code


def counted() -> list[tuple[str, int, int]]:
    return list(AskedQuery.objects.order_by("text").values_list("text", "times", "missed"))


def found_nothing() -> list[str]:
    return list(AskedQuery.objects.filter(empty__gt=0).order_by("text").values_list("text", flat=True))


def test_each_search_is_counted_and_what_misses_words_as_well() -> None:
    entry("Payroll")
    ask("payroll")
    ask("payroll")
    ask("zebra")
    ask("payroll zebra")
    assert counted() == [("payroll", 2, 0), ("payroll zebra", 1, 1), ("zebra", 1, 1)]
    assert found_nothing() == ["zebra"]
    ask("zebra")
    assert AskedQuery.objects.get(text="zebra").empty == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Somebot/2.1; +http://example.org/bot.html)"},
        {"X-In-Place": "1"},
    ],
)
def test_robots_prefetches_and_lists_that_change_in_place_are_not_counted(headers: dict[str, str]) -> None:
    ask("payroll", **headers)
    assert counted() == []


def test_a_head_request_is_not_counted() -> None:
    assert Client().head("/search/?q=payroll").status_code == 200
    assert counted() == []


def test_a_locked_database_costs_the_count_and_not_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(*args: object, **options: object) -> bool:
        raise OperationalError("database is locked")

    monkeypatch.setattr(analytics, "_count", locked)
    ask("payroll")
    assert "A search could not be counted: OperationalError" in caplog.text


def test_a_search_is_counted_after_the_reader_has_the_page(rf: RequestFactory) -> None:
    request = rf.get("/search/?q=payroll")
    request._viewer = VISITOR  # type: ignore[attr-defined]
    response = search(request)
    assert b"payroll" in response.content
    assert counted() == []
    # As the server does once all is sent; the signal would close the test's own connection.
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)
    assert counted() == [("payroll", 1, 1)]


def test_an_opened_hit_is_counted_by_its_position_and_nothing_else_is_kept() -> None:
    entry("Payroll")
    ask("payroll")
    assert [open_hit("Payroll", 1), open_hit("payroll", 1), open_hit("payroll", 3)] == [204, 204, 204]
    assert list(OpenedHit.objects.order_by("position").values_list("position", "times")) == [(1, 2), (3, 1)]
    assert {field.name for field in OpenedHit._meta.get_fields()} == {"id", "query", "position", "times"}


@pytest.mark.parametrize("position", ["0", "-1", "x", "1e2", "201", "9" * 50, "²", ""])
def test_a_wild_position_is_not_counted(position: str) -> None:
    ask("payroll")
    assert open_hit("payroll", position) == 204
    assert not OpenedHit.objects.exists()


def test_words_that_nobody_asked_for_do_not_come_in_by_a_hit() -> None:
    assert open_hit("buy this", 1) == 204
    assert not AskedQuery.objects.exists()


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_other_sites_are_not_believed(headers: dict[str, str]) -> None:
    ask("payroll")
    assert open_hit("payroll", 1, **headers) == 403
    assert not OpenedHit.objects.exists()


def test_one_reader_counts_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analytics, "OPENED", 2)
    ask("payroll")
    assert [open_hit("payroll", 1) for _ in range(3)] == [204, 204, 429]


def test_what_nobody_asks_is_forgotten_after_the_days_that_are_set(settings: Any) -> None:
    settings.SEARCH_ANALYTICS_DAYS = 10
    old = AskedQuery.objects.create(
        normalised="old", text="old", last_asked=timezone.now() - timedelta(days=11), times=3
    )
    OpenedHit.objects.create(query=old, position=1)
    AskedQuery.objects.create(normalised="new", text="new")
    assert analytics.prune() == "1 searches forgotten"
    assert [row.text for row in AskedQuery.objects.all()] == ["new"]
    assert not OpenedHit.objects.exists()


def test_the_report_shows_what_is_asked_and_opened(client_of: ClientOf, editor: User) -> None:
    often = AskedQuery.objects.create(normalised="payroll", text="payroll", times=10)
    OpenedHit.objects.create(query=often, position=1, times=3)
    OpenedHit.objects.create(query=often, position=5, times=1)
    AskedQuery.objects.create(normalised="zebra", text="zebra", times=2, missed=2)
    client = client_of(editor)
    rows = list(client.get(ASKED).context["object_list"])
    assert [(row.text, row.opens, row.share, row.place) for row in rows] == [
        ("payroll", 4, 40, 2.0),
        ("zebra", 0, 0, None),
    ]
    assert [row.text for row in client.get(ASKED, {"found": "no"}).context["object_list"]] == ["zebra"]
    assert client.get(ASKED, {"found": "nothing"}).context["object_list"].count() == 0
    assert [row.text for row in client.get(ASKED, {"ordering": "share"}).context["object_list"]] == ["zebra", "payroll"]
    assert "payroll" in client.get(f"{ASKED}results/").content.decode()


def test_the_report_is_downloaded_without_formulas(client_of: ClientOf, editor: User) -> None:
    AskedQuery.objects.create(normalised="1", text="=1+1")
    response: Any = client_of(editor).get(ASKED, {"export": "csv"})
    assert "'=1+1" in b"".join(response.streaming_content).decode()


def test_the_report_is_for_editors_stewards_and_administrators(
    client_of: ClientOf, member: User, lead: User, moderator: User, editor: User, steward: User, administrator: User
) -> None:
    cast = (member, lead, moderator, editor, steward, administrator)
    for url in (ASKED, f"{ASKED}results/"):
        assert [client_of(user).get(url).status_code for user in cast] == [404, 404, 404, 200, 200, 200]
    assert client_of(None).get(ASKED).status_code == 302
    menus = [client_of(user).get("/admin/").content.decode() for user in (moderator, editor, steward)]
    assert [ASKED in menu for menu in menus] == [False, True, True]

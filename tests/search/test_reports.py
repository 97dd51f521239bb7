"""What nobody found is noted without who looked for it, and a steward answers it by a label; use is counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.search import analytics
from portal.search.models import AskedQuery, SearchFacet
from taxonomy.models import Concept, Scheme
from tests.factories.pages import article, case
from tests.factories.search import entry, private_audience
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
USE, LOST = "/admin/reports/terms/", "/admin/reports/searches/"


@pytest.fixture
def scheme() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


@pytest.fixture
def payroll(scheme: Scheme) -> Concept:
    return concept("Payroll", scheme=scheme, slug="payroll")


def ask(text: str, **query: str) -> None:
    assert Client().get("/search/", {"q": text, **query}).status_code == 200


def test_what_nothing_answers_is_noted_once_with_how_often() -> None:
    ask("Wagenpark")
    ask("wagen-park")
    ask("WAGENPARK")
    assert set(AskedQuery.objects.values_list("normalised", "text", "times")) == {
        ("wagenpark", "WAGENPARK", 2),
        ("wagen park", "wagen-park", 1),
    }
    assert {field.name for field in AskedQuery._meta.get_fields()} == {
        "id", "normalised", "text", "times", "missed", "empty", "first_asked", "last_asked", "opened",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "\x00", "???", "someone@example.org", "call 613 555 0147", "case 2024-118832", "x" * 130]
)
def test_numbers_addresses_and_nothing_are_not_noted(text: str) -> None:
    ask(text)
    assert not AskedQuery.objects.exists()


def test_what_is_answered_is_no_miss_and_what_is_narrowed_is_not_noted(payroll: Concept) -> None:
    entry("Payroll for all")
    ask("payroll")
    ask("payroll")
    ask("zebra", **{"service-line": "payroll"})
    ask("zebra", kind="case")
    ask("zebra", page="2")
    ask("zebra", sort="title")
    ask("zebra", since="2026-01-01")
    assert list(AskedQuery.objects.values_list("text", "times", "missed")) == [("payroll", 2, 0)]


def test_no_more_is_kept_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analytics, "MOST_KEPT", 1)
    ask("zebra")
    ask("giraffe")
    ask("zebra")
    assert list(AskedQuery.objects.values_list("text", "times")) == [("zebra", 2)]


def test_what_was_not_asked_for_a_season_is_forgotten() -> None:
    old = timezone.now() - timedelta(days=91)
    AskedQuery.objects.create(normalised="old", text="old", last_asked=old)
    AskedQuery.objects.create(normalised="new", text="new", first_asked=old)
    assert analytics.prune() == "1 searches forgotten"
    assert [row.text for row in AskedQuery.objects.all()] == ["new"]


@pytest.mark.parametrize("url", [USE, LOST])
def test_reports_are_for_those_who_work_on_the_vocabulary(
    client_of: ClientOf, member: User, lead: User, editor: User, moderator: User, url: str
) -> None:
    assert [client_of(user).get(url).status_code for user in (member, lead, editor, moderator)] == [404, 404, 200, 200]


def test_a_steward_answers_a_search_with_one_press(
    client_of: ClientOf, editor: User, steward: User, payroll: Concept
) -> None:
    ask("payrol bureau")
    row = AskedQuery.objects.get()
    url = reverse("search_add_label", args=[row.pk])
    assert url not in client_of(editor).get(LOST).content.decode()
    page = client_of(steward).get(LOST).content.decode()
    assert url in page
    assert "Payroll" in page
    assert client_of(editor).post(url, {"concept": payroll.pk}).status_code == 404
    for wrong in ("", "x", "9" * 40, "1" * 12):
        assert client_of(steward).post(url, {"concept": wrong}).status_code == 404
    response = client_of(steward).post(url, {"concept": payroll.pk}, follow=True)
    assert "“payrol bureau” is a label of “Payroll” now." in response.content.decode()
    assert payroll.labels.filter(text="payrol bureau", kind="alt").exists()
    assert not AskedQuery.objects.exclude(missed=0, empty=0).exists()
    assert client_of(steward).post(url, {"concept": payroll.pk}).status_code == 404


def test_what_found_nothing_at_all_stands_before_what_found_some_of_the_words(
    client_of: ClientOf, editor: User
) -> None:
    entry("Payroll")
    for text in ("payroll zebra", "payroll zebra", "giraffe", "payroll"):
        ask(text)
    rows = list(client_of(editor).get(LOST).context["object_list"])
    assert [(row.text, row.empty, row.missed) for row in rows] == [("giraffe", 1, 1), ("payroll zebra", 0, 2)]
    for found, texts in (("nothing", ["giraffe"]), ("some", ["payroll zebra"])):
        assert [row.text for row in client_of(editor).get(LOST, {"empty": found}).context["object_list"]] == texts


def test_use_is_counted_by_kind_and_of_what_the_reader_may_see(
    client_of: ClientOf, steward: User, payroll: Concept, scheme: Scheme
) -> None:
    concept("Unused term", scheme=scheme)
    case(concepts=[payroll])
    case(concepts=[payroll])
    article(concepts=[payroll])
    secret = entry("Secret", facets={"service-line": ["payroll"]}, audience=private_audience())
    SearchFacet.objects.filter(entry=secret, value="payroll").update(concept_id=payroll.pk)
    client = client_of(steward)
    found = list(client.get(USE).context["object_list"])
    assert [(row.title, row.uses) for row in found] == [("Payroll", 3), ("Unused term", 0)]
    assert "2" in found[0].by_kind
    assert [row.title for row in client.get(USE, {"used": "no"}).context["object_list"]] == ["Unused term"]
    assert [row.uses for row in client.get(USE, {"ordering": "uses"}).context["object_list"]] == [0, 3]
    assert [row.title for row in client.get(USE, {"q": "payr"}).context["object_list"]] == ["Payroll"]


def test_reports_are_downloaded_without_formulas(client_of: ClientOf, steward: User, scheme: Scheme) -> None:
    concept("=1+1", scheme=scheme)
    ask("=zebra")
    for url, words in ((USE, "'=1+1"), (LOST, "'=zebra")):
        response: Any = client_of(steward).get(url, {"export": "csv"})
        assert words in b"".join(response.streaming_content).decode()


def test_reports_cost_the_same_however_much_there_is(client_of: ClientOf, steward: User, scheme: Scheme) -> None:
    def cost(url: str) -> int:
        client = client_of(steward)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            concept(f"Term {number}", scheme=scheme)
            AskedQuery.objects.create(normalised=f"zebra {number}", text=f"Term zebra {number}", missed=1)

    fill(0, 3)
    few = [cost(USE), cost(LOST)]
    fill(3, 40)
    assert [cost(USE), cost(LOST)] == few

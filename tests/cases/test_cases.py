"""Cases: what readers see of them, and what is not shown."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from cases.figures import amount, best_supported, change_words, number
from cases.models import CaseIndexPage, CaseLink, CasePage, CaseResult, CaseStatus
from cases.querysets import take_from
from portal.accounts.models import User
from portal.core.viewer import VISITOR
from taxonomy.querysets import concepts_of
from tests.factories.pages import a_result, case, index, tool
from tests.factories.taxonomy import concept

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_case_shows_its_results_with_change_and_evidence(visitor_client: Client) -> None:
    page = case(title="Five counties share one payroll")
    html = text_of(visitor_client, page.url)
    assert "14.2" in html
    assert "9.8" in html
    assert "31 % lower" in html
    assert "Audited" in html


def test_facts_come_before_the_text_so_that_phones_show_them_first(visitor_client: Client) -> None:
    html = text_of(visitor_client, case(title="Five counties share one payroll").url)
    places = [html.index(part) for part in ("<h1>", "<h2>Facts</h2>", 'id="results"')]
    assert places == sorted(places)


def test_a_case_without_results_says_not_reported(visitor_client: Client) -> None:
    assert "Not reported." in text_of(visitor_client, case(results=[]).url)


def test_an_illustrative_case_is_labelled_on_page_and_card(visitor_client: Client) -> None:
    page = case(title="Made up", illustrative=True)
    assert "describes no real organisation" in text_of(visitor_client, page.url)
    assert "Illustrative" in text_of(visitor_client, "/cases/")


def test_a_nomination_says_that_it_awaits_research(visitor_client: Client) -> None:
    page = case(status=CaseStatus.NOMINATION, results=[])
    assert "Nomination awaiting research" in text_of(visitor_client, page.url)


def test_an_illustrative_nomination_is_refused() -> None:
    with pytest.raises(ValidationError, match="illustrative case cannot be a nomination"):
        case(illustrative=True, status=CaseStatus.NOMINATION)


def test_a_result_needs_a_value() -> None:
    with pytest.raises(ValidationError, match="value before, the value after"):
        CaseResult(measure="Cost").clean()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("10", "5", "50 % lower"),
        ("10", "15", "50 % higher"),
        ("10", "10", "no change"),
        ("0", "5", ""),
        (None, "5", ""),
        ("5", None, ""),
    ],
)
def test_change_is_said_in_words_only_where_there_is_a_base(before: str | None, after: str | None, words: str) -> None:
    def value(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    assert change_words(a_result(before=value(before), after=value(after))) == words


@pytest.mark.parametrize(
    ("value", "shown"), [("9.80", "9.8"), ("1200.00", "1,200"), ("0.00", "0"), ("0.05", "0.05"), ("100", "100")]
)
def test_numbers_lose_needless_zeros_and_gain_separators(value: str, shown: str) -> None:
    assert number(Decimal(value)) == shown


def test_a_draft_case_is_neither_listed_nor_served(visitor_client: Client) -> None:
    page = case(title="Not yet")
    page.unpublish()
    assert visitor_client.get(page.url).status_code == 404
    assert "Not yet" not in text_of(visitor_client, "/cases/")


def test_a_private_case_is_missing_for_a_visitor_and_there_for_a_member(
    member: User, client_of: Callable[[User | None], Client]
) -> None:
    page = case(title="Among ourselves")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client_of(None).get(page.url).status_code == 404
    assert "Among ourselves" not in text_of(client_of(None), "/cases/")
    assert "Among ourselves" in text_of(client_of(member), page.url)
    assert "Among ourselves" in text_of(client_of(member), "/cases/")


def test_a_link_to_a_private_tool_is_not_shown(visitor_client: Client) -> None:
    secret = tool(title="Unfinished tool")
    page = case()
    CaseLink.objects.create(case=page, page=secret)
    assert "Unfinished tool" in text_of(visitor_client, page.url)
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    assert "Unfinished tool" not in text_of(visitor_client, page.url)


@pytest.mark.parametrize(
    "query", ["page=x", "page=-1", "page=99999999999999999999", "level=%00", "sort=%F0%9F%A4%96", "evidence=nonsense"]
)
def test_any_query_string_gets_the_list_or_a_sentence(visitor_client: Client, query: str) -> None:
    case()
    assert visitor_client.get(f"/cases/?{query}").status_code in {200, 400, 404}


def test_the_list_filters_by_evidence(visitor_client: Client) -> None:
    case(title="Checked by auditors")
    case(title="Only promised", results=[a_result(evidence="forecast")])
    html = text_of(visitor_client, "/cases/?evidence=audited")
    assert "Checked by auditors" in html
    assert "Only promised" not in html


def test_editors_find_the_case_form(editor: User, client_of: Callable[[User | None], Client]) -> None:
    parent = index(CaseIndexPage, "cases")
    address = reverse("wagtailadmin_pages:add", args=("cases", "casepage", parent.pk))
    html = text_of(client_of(editor), address)
    for words in ("Results", "Illustrative", "Sources", "Take from it"):
        assert words in html


def test_every_field_of_a_case_survives_a_revision() -> None:
    page = case(title="Kept", organisation="A county")
    latest = page.get_latest_revision_as_object()
    assert isinstance(latest, CasePage)
    assert [result.measure for result in latest.results.all()] == ["Cost per payslip"]
    assert latest.organisation == "A county"


def test_a_preview_shows_concepts_and_links_that_are_not_saved_yet() -> None:
    saved, chosen = concept("Saved"), concept("Chosen")
    page = case(concepts=[saved])
    other = tool(title="A template")
    assert [one.title for one in concepts_of(page)] == ["Saved"]
    draft = CasePage.objects.get(pk=page.pk)
    draft.concepts = [chosen]
    draft.links.set([CaseLink(page=other)])
    assert [one.title for one in concepts_of(draft)] == ["Chosen"]
    assert [one.title for one in concepts_of(CasePage.objects.get(pk=page.pk))] == ["Saved"]
    assert [link.title for link in take_from(draft, VISITOR)] == ["A template"]
    assert take_from(page, VISITOR) == []


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [("1000", "$ million", "$1,000 million"), ("2.9", "years", "2.9 years"), ("5", "", "5"), ("9.8", "US$", "US$9.8")],
)
def test_a_currency_stands_before_its_number(value: str, unit: str, shown: str) -> None:
    assert amount(Decimal(value), unit) == shown


def test_a_card_shows_the_dial_of_the_figure_it_shows() -> None:
    forecast = a_result(measure="Vehicles: forecast", evidence="forecast")
    audited = a_result(measure="Vehicles: actual", evidence="audited")
    assert best_supported([forecast, audited]) is audited
    assert best_supported([audited, a_result(evidence="audited")]) is audited
    assert best_supported([]) is None


def test_the_card_of_a_case_names_its_best_supported_figure(visitor_client: Client) -> None:
    case(
        results=[
            a_result(measure="Only hoped for", evidence="forecast"),
            a_result(measure="Checked", evidence="audited"),
        ]
    )
    html = text_of(visitor_client, "/cases/")
    assert "Checked" in html
    assert "Only hoped for" not in html

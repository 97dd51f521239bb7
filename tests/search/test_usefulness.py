"""What "most useful" sorts by in each room, and that it is nobody's fault when others change it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cases.models import CaseLink, CasePage
from portal.core.viewer import VISITOR
from portal.home.models import HomePage
from portal.search import services
from portal.search.contract import SearchQuery
from portal.search.models import SearchEntry
from taxonomy.models import GlossaryPage
from tests.factories.documents import document
from tests.factories.events import event
from tests.factories.groups import group
from tests.factories.pages import a_result, add, article, case, plain_page, tool
from tests.factories.taxonomy import concept
from tests.search.conftest import find, titles

pytestmark = pytest.mark.django_db


def usefulness(key: str) -> int:
    return SearchEntry.objects.get(key=key).usefulness


def test_cases_with_more_and_better_supported_figures_come_first() -> None:
    case(title="Forecast", results=[a_result(evidence="forecast")])
    case(title="Audited", results=[a_result()])
    case(title="Audited twice", results=[a_result(), a_result()])
    case(title="Without figures", results=[])
    case(title="Made up", illustrative=True, results=[a_result()] * 1)
    found = titles(find("", kinds=("case",), sort="useful"))
    assert found[:3] == ["Audited twice", "Audited", "Forecast"]
    assert set(found[3:]) == {"Without figures", "Made up"}


def test_a_tool_is_as_useful_as_the_public_pages_that_lead_to_it_are_many() -> None:
    page, other = tool(title="Register"), tool(title="Checklist")
    assert usefulness(f"tool:{page.pk}") == 0
    leading = [case(links=[CaseLink(page=page)]) for _ in range(2)]
    assert services.index("tool", [page.pk, other.pk]) == 0
    assert usefulness(f"tool:{page.pk}") == 200
    PageViewRestriction.objects.create(page=leading[0], restriction_type=PageViewRestriction.LOGIN)
    CasePage.objects.get(pk=leading[1].pk).unpublish()
    services.rebuild()
    assert usefulness(f"tool:{page.pk}") == 0
    assert titles(find("", kinds=("tool",), sort="useful")) == ["Checklist", "Register"]


def test_that_others_lead_to_a_page_is_no_difference_and_the_next_round_counts_it() -> None:
    page = plain_page(title="Guidelines")
    before = SearchEntry.objects.get(key=f"page:{page.pk}").version
    plain_page(title="Leading", body=[("text", f'<p><a linktype="page" id="{page.pk}">Guidelines</a></p>')])
    assert services.drift() == []
    assert services.rebuild() == 0
    assert usefulness(f"page:{page.pk}") == 50
    assert SearchEntry.objects.get(key=f"page:{page.pk}").version == before + 1


def test_a_term_is_as_useful_as_what_everybody_reads_holds_it(home: HomePage) -> None:
    add(home, GlossaryPage(title="Glossary", slug="glossary"))
    payroll = concept("Payroll")
    case(concepts=[payroll])
    hidden = case(concepts=[payroll])
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    services.rebuild()
    assert usefulness(f"term:{payroll.pk}") == 1


def test_events_to_come_are_before_recorded_ones_and_these_before_others() -> None:
    event(title="Gone", in_hours=-80)
    captions = document("captions.vtt", b"WEBVTT\n")
    event(title="Recorded", in_hours=-90, recording_url="https://example.org/recording", captions=captions)
    event(title="To come", in_hours=80)
    event(title="Called off", in_hours=90, cancelled=True)
    found = titles(find("", kinds=("event",), sort="useful"))
    assert found[:2] == ["To come", "Recorded"]


def test_the_date_of_an_event_is_when_it_begins() -> None:
    page = event(title="Clinic", in_hours=24 * 40)
    day = page.starts_at.date()
    assert services.search(SearchQuery(kinds=("event",), since=day, until=day), VISITOR).total == 1


def test_groups_are_as_useful_as_they_are_busy_and_articles_as_they_rest_on_sources(group_member: object) -> None:
    alone = group(title="Alone")
    busy = group(title="Busy", members=[group_member])  # type: ignore[list-item]
    services.rebuild()
    assert usefulness(f"group:{busy.pk}") == usefulness(f"group:{alone.pk}") + 5
    article(title="Opinion")
    article(title="Research", sources=[("source", {"short": "OL", "title": "The Orange Law"})])
    assert titles(find("", kinds=("article",), sort="useful")) == ["Research", "Opinion"]


def test_counting_costs_the_same_however_many() -> None:
    def cost(pks: list[int]) -> int:
        SearchEntry.objects.filter(object_pk__in=pks).update(content_hash="")
        with CaptureQueriesContext(connection) as queries:
            assert services.index("tool", pks) == len(pks)
        return len(queries)

    pks = [tool().pk for _ in range(4)]
    assert cost(pks[:1]) == cost(pks)

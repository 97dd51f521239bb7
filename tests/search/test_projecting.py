"""What a cluster is sent of the rows, and which of them it acknowledges, whichever database they are in."""

import pytest

from portal.search.engines.elastic import backlog
from portal.search.engines.elastic.projecting import document, rows
from portal.search.models import SearchEntry
from tests.factories.search import change, entry

pytestmark = pytest.mark.django_db


def test_a_document_has_every_value_of_its_facets_and_no_other() -> None:
    some = entry("Payroll", kind="case", facets={"level": ["local", "a=b c"], "line": ["hr"]})
    none = entry("Fleet", kind="tool")
    SearchEntry.objects.get(pk=none.pk).facets.all().delete()
    sent = {one["key"]: one for one in map(document, rows(SearchEntry.objects.all()))}
    assert sorted(sent[some.key]["values"]) == ["kind=case", "level=a=b c", "level=local", "line=hr"]
    assert sent[none.key]["values"] == []


def test_a_document_is_as_its_row_is() -> None:
    made = entry("Québec pays", summary="In brief", body="At length", usefulness=7)
    (sent,) = map(document, rows(SearchEntry.objects.all()))
    assert (sent["key"], sent["row"], sent["audience"]) == (made.key, made.pk, str(made.audience_id))
    assert (sent["title"], sent["summary"], sent["body"]) == ("Québec pays", "In brief", "At length")
    assert (sent["title_length"], sent["usefulness"], sent["version"]) == (11, 7, made.version)
    assert sent["ends"] == {"summary": ["In brief"] * 2, "body": ["At length"] * 2}


def test_only_the_versions_that_were_sent_are_acknowledged() -> None:
    same, newer, other = (entry(version=version) for version in (1, 2, 3))
    sent = {same.key: 1, newer.key: 2, other.key: 3}
    change(newer)
    assert backlog.acknowledge(sent) == 2
    assert list(SearchEntry.objects.filter(backlog.WAITING)) == [newer]
    assert backlog.acknowledge(sent) == 0
    assert backlog.acknowledge({}) == backlog.acknowledge_burials({}) == 0

"""What is Elasticsearch's own: rebuilding beside what is searched, names of indices, and what is asked of them."""

from typing import Any

import pytest
from django.core.management import call_command
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.dsl import Q

from portal.core.health import UnhealthyError
from portal.core.viewer import Viewer
from portal.search import nightly, probes
from portal.search.contract import SearchQuery
from portal.search.engines.elastic import asking, connection, delivery, index, rebuilding
from portal.search.engines.elastic.connection import Breaker
from portal.search.engines.elastic.fallback import FallbackEngine
from portal.search.models import SearchEntry
from tests.factories.search import change, private_audience, take_out
from tests.search.conftest import counts, find, titles
from tests.search.queued import work, written


@pytest.fixture(autouse=True)
def engine(in_use: FallbackEngine) -> FallbackEngine:
    return in_use


@pytest.mark.usefixtures("payroll_index")
def test_a_rebuild_misses_nothing_that_is_written_meanwhile(
    engine: FallbackEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "AT_ONCE", 5)
    monkeypatch.setattr(rebuilding, "GRACE", 0.0)
    made = [written(f"Fleet {number}") for number in range(30)]
    work()
    former = index.live(connection.client())
    seen: list[int] = []

    def meanwhile(done: int) -> None:
        turn = len(seen)
        seen.append(find("fleet").total)
        written(f"Fleet of turn {turn}")
        change(made[turn], title=f"Boats {turn}")
        change(made[-1 - turn], title=f"Boats {turn} more")
        take_out(made[10 + turn].key)
        if turn % 2:
            delivery.deliver()

    engine.rebuild(meanwhile)
    delivery.deliver()
    assert seen[0] == 30
    assert all(seen), "searches went on"
    turns = len(seen)
    assert turns >= 6
    assert (find("boats").total, find("fleet").total) == (2 * turns, 30 - 3 * turns + turns)
    assert rebuilding.verify() == []
    assert index.live(connection.client()) != former
    assert index.standing(connection.client()).targets == index.live(connection.client())


@pytest.mark.usefixtures("payroll_index")
def test_what_was_acknowledged_while_an_index_was_filled_is_visible_when_it_takes_its_place(
    engine: FallbackEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "GRACE", 0.0)
    made = written("Catering")
    work()
    promoted, seen = index.promote, []

    def meanwhile(_done: int) -> None:
        change(made, title="Fleet")
        assert delivery.deliver() == (1, False)

    def then_asked(*args: object) -> None:
        promoted(*args)  # type: ignore[arg-type]
        seen.append((find("catering").total, find("fleet").total))

    monkeypatch.setattr(index, "promote", then_asked)
    engine.rebuild(meanwhile)
    assert seen == [(0, 1)]


@pytest.mark.usefixtures("payroll_index")
def test_the_gate_names_what_differs_and_reconciling_mends_it(cluster: Elasticsearch, engine: FallbackEngine) -> None:
    lost, other = written("Lost"), written("Stale")
    gone = written("Gone")
    work()
    cluster.delete(index=index.alias(), id=lost.key, refresh=True, version=1, version_type="external_gte")
    SearchEntry.objects.filter(pk=other.pk).update(title="Fresh", sort_title="fresh", content_hash="other")
    SearchEntry.objects.filter(pk=gone.pk).delete()
    assert engine.verify() == [
        f"{lost.key} is missing in Elasticsearch.",
        f"{other.key} is not in Elasticsearch as it is recorded.",
        f"{gone.key} should not be in Elasticsearch.",
    ]
    compared: list[int] = []
    assert engine.reconcile(compared.append) == 3
    assert engine.verify(compared.append) == []
    assert sum(compared) == 2 * SearchEntry.objects.count()
    assert titles(find("", sort="title")) == ["Fresh", "Lost", "Payroll in counties"]


@pytest.mark.usefixtures("payroll_index")
def test_an_index_of_another_version_is_searched_until_it_is_made_anew(
    cluster: Elasticsearch, engine: FallbackEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "GRACE", 0.0)
    monkeypatch.setattr(index, "fingerprint", lambda: "changed0")
    assert engine.verify() == ["The index was made by another version of the portal: run manage.py search_rebuild."]
    with pytest.raises(UnhealthyError, match=r"of another version.*0 changes wait"):
        probes.elasticsearch()
    assert titles(find("payroll")) == ["Payroll in counties"]
    nightly.reconcile()
    assert engine.verify() == []
    assert "changed0" in index.live(cluster)[0]


@pytest.mark.usefixtures("payroll_index")
def test_an_index_that_was_lost_is_made_again_from_the_rows(cluster: Elasticsearch, engine: FallbackEngine) -> None:
    cluster.indices.delete(index=index.live(cluster)[0])
    assert titles(find("payroll")) == ["Payroll in counties"]
    assert find("payroll").degraded
    nightly.deliver_again()
    work()
    engine.breaker.succeeded()
    page = find("payroll")
    assert (page.total, page.degraded) == (1, False)


def test_a_page_beyond_what_paging_reaches_is_the_last_within(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "WINDOW", 4)
    for number in range(7):
        written(f"Entry {number}")
    work()
    page = find("", sort="title", size=2, page=99)
    assert (titles(page), page.query.page, page.total) == (["Entry 2", "Entry 3"], 2, 7)


@pytest.mark.usefixtures("payroll_index")
def test_status_and_readiness_say_how_much_waits(capsys: pytest.CaptureFixture[str]) -> None:
    written("Fleet")
    assert probes.elasticsearch() == {"waiting": 1}
    call_command("search_status")
    told = capsys.readouterr().out
    assert "Waiting:  1" in told
    assert "Engine:   Elasticsearch" in told
    assert f"{index.live(connection.client())[0]}, 1 entries, searched" in told


@pytest.mark.usefixtures("payroll_index")
def test_facets_of_private_entries_stay_private_while_they_are_searched_for() -> None:
    written("Payroll secrets", audience=private_audience(), facets={"level": ["secret-level"]})
    work()
    assert counts(find("payroll", facets=("level",)), "level") == {"local": 1}


@pytest.mark.usefixtures("payroll_index")
def test_no_write_makes_an_index_by_naming_one_wrongly_and_the_template_says_of_which_version_it_is(
    cluster: Elasticsearch,
) -> None:
    written("Payroll")
    work()
    with pytest.raises(NotFoundError, match="forbids index auto creation"):
        cluster.index(index=f"{index.alias()}-mistyped", document={"key": "case:1"})
    assert len(index.live(cluster)) == 1
    [template] = cluster.indices.get_index_template(name=index.alias())["index_templates"]
    assert template["index_template"]["_meta"] == {"fingerprint": index.fingerprint()}
    index.forget(cluster)
    assert not cluster.indices.exists_index_template(name=index.alias())


@pytest.mark.usefixtures("payroll_index")
def test_other_content_is_tried_apart_from_the_portals_own(cluster: Elasticsearch) -> None:
    own = index.live(cluster)
    with index.apart():
        written("Fleet")
        rebuilding.rebuild()
        assert index.live(cluster) != own
        names = cluster.indices.get(index=f"{index.alias()}-*")
    assert index.live(cluster) == own
    assert not any(cluster.indices.exists(index=name) for name in names)


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are asked of the cluster, in order, by the client that searches."""
    asked: list[str] = []
    send = connection.client().transport.perform_request

    def noted(method: str, target: str, **options: Any) -> Any:
        asked.append(target.partition("?")[0])
        return send(method, target, **options)

    monkeypatch.setattr(connection.client().transport, "perform_request", noted)
    return asked


@pytest.mark.usefixtures("payroll_index")
@pytest.mark.parametrize(("text", "asked"), [("", 1), ("payroll", 1), ("payroll counties", 1), ("payroll zeppelin", 2)])
def test_a_page_is_one_request_and_two_where_nothing_has_all_words(
    engine: FallbackEngine, requests: list[str], text: str, asked: int
) -> None:
    query = SearchQuery(text=text, facets=("kind", "level"), filters={"level": frozenset({"local"})})
    assert engine.search(query, Viewer()).total == 1
    assert requests == [f"/{index.alias()}/_msearch"] * asked


@pytest.mark.usefixtures("payroll_index")
def test_a_search_that_is_refused_keeps_the_others_from_no_answer(
    engine: FallbackEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.breaker = Breaker(pause=0.0)
    engine.breaker.failed()
    engine.breaker.pause = 60.0
    with monkeypatch.context() as patched:
        patched.setattr(asking, "scope", lambda *_args: Q("regexp", title="a" * 2_000))
        assert find("payroll").degraded, "the database answers"
    page = find("payroll")
    assert (page.total, page.degraded) == (1, False)


@pytest.mark.parametrize("typed", ["montr", "MONTRÉA", "montreal", "payroll montr", "e-ma", "Grants.g", "日", "ﬁ", "ß"])
def test_a_beginning_is_suggested_whatever_its_letters(engine: FallbackEngine, typed: str) -> None:
    made = written("Payroll by e-mail in Montréal, by Grants.gov, 日本語 ﬁne ßa")
    written("Fleet")
    work()
    assert engine.suggest(typed, Viewer()) == [made.key]

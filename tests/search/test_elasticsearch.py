"""What is Elasticsearch's own: delivery by tasks, rebuilding beside what is searched, and names of indices."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from elasticsearch import Elasticsearch, NotFoundError
from pytest_django.fixtures import Settings

from portal.core import pagecache
from portal.core.health import UnhealthyError
from portal.core.viewer import Viewer
from portal.search import engines, nightly, probes
from portal.search.contract import SearchQuery
from portal.search.engines.database import DatabaseEngine
from portal.search.engines.elastic import backlog, delivery, index, rebuilding
from portal.search.engines.elastic.engine import ElasticsearchEngine
from portal.search.engines.elastic.fallback import FallbackEngine
from portal.search.engines.elastic.projecting import Row, rows
from portal.search.models import SearchEntry, SearchTombstone
from tests.conftest import QUEUE
from tests.factories.search import change, entry, private_audience, take_out
from tests.search.conftest import counts, find, titles


@pytest.fixture(autouse=True)
def engine(cluster: Elasticsearch, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FallbackEngine:
    """The engine as it is in use, with the queue as it is in use: nothing is delivered before a worker comes by."""
    settings.TASKS = QUEUE
    made = FallbackEngine(ElasticsearchEngine(), DatabaseEngine())
    monkeypatch.setattr(engines, "current", lambda: made)
    return made


def work() -> None:
    """Do what is due, as a worker does."""
    while (due := DBTaskResult.objects.ready().first()) is not None:
        due.claim("test")
        due.set_successful(due.task.call())


def written(title: str = "", **fields: object) -> SearchEntry:
    """An entry as a room's save leaves it: recorded and on its way, in one transaction."""
    with transaction.atomic():
        made = entry(title, **fields)  # type: ignore[arg-type]
        engines.current().upsert([made.key])
    return made


def deliveries() -> int:
    return DBTaskResult.objects.filter(task_path="portal.search.tasks.deliver", status="READY").count()


@pytest.fixture
def _index() -> None:
    """An index with one public entry, about payroll."""
    written("Payroll in counties", facets={"level": ["local"]})
    work()


def test_a_change_is_searchable_once_the_worker_has_been_there(engine: FallbackEngine) -> None:
    made = written("Payroll")
    assert made.delivered == 0
    work()
    assert titles(find("payroll")) == ["Payroll"]
    assert not find("payroll").degraded
    assert engine.verify() == []


@pytest.mark.usefixtures("_index")
def test_a_thousand_changes_enqueue_one_delivery() -> None:
    with transaction.atomic():
        for _ in range(20):
            made = entry()
            engines.current().upsert([made.key])
    engines.current().upsert([made.key])
    assert deliveries() == 1
    work()
    assert (deliveries(), backlog.size()) == (0, 0)


def test_a_change_that_was_rolled_back_leaves_no_delivery() -> None:
    with transaction.atomic():
        written("Payroll")
        transaction.set_rollback(True)
    assert (deliveries(), backlog.size()) == (0, 0)


@pytest.mark.usefixtures("_index")
class TestWhatWaitsToBeDelivered:
    """Until the index has acknowledged a change, nothing is answered from what it holds of the entry."""

    def test_a_narrowed_audience_leaks_into_no_count(self) -> None:
        made = SearchEntry.objects.get()
        change(made, audience=private_audience())
        page = find("payroll", facets=("kind", "level"))
        assert (page.total, page.facets, page.degraded) == (0, (), False)
        assert engines.current().suggest("payr", Viewer()) == []
        assert engines.current().spelling(["payrool"], Viewer()) == {}

    def test_a_word_that_was_hidden_finds_nothing(self) -> None:
        change(SearchEntry.objects.get(), title="Fleet in counties")
        assert find("payroll").total == 0

    def test_what_was_taken_out_is_out_at_once(self) -> None:
        take_out(SearchEntry.objects.get().key)
        page = find("", facets=("kind", "level"))
        assert (page.total, page.facets) == (0, ())

    def test_where_too_much_waits_the_database_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(backlog, "MOST_HELD_BACK", 1)
        entry("Payroll in cities")
        assert find("payroll").total == 1
        entry("Payroll in states")
        page = find("payroll")
        assert (page.total, page.degraded) == (3, True)
        work()


def test_stored_pages_end_when_what_they_lack_arrives() -> None:
    written("Payroll")
    before = pagecache.generation()
    work()
    assert pagecache.generation() != before


@pytest.mark.usefixtures("_index")
def test_a_late_message_overwrites_nothing_newer(cluster: Elasticsearch) -> None:
    made = SearchEntry.objects.get()
    (late,) = rows(SearchEntry.objects.all())
    change(made, title="Fleet")
    delivery.deliver()
    send_late(cluster, late)
    cluster.indices.refresh(index=index.alias())
    assert (find("payroll").total, find("fleet").total) == (0, 1)
    take_out(made.key)
    delivery.deliver()
    send_late(cluster, late)
    assert find("fleet").total == find("payroll").total == 0
    assert rebuilding.verify() == []


@pytest.mark.usefixtures("_index")
def test_a_key_that_comes_back_is_found_again() -> None:
    made = SearchEntry.objects.get()
    take_out(made.key)
    delivery.deliver()
    grave = SearchTombstone.objects.get()
    assert grave.acknowledged_at is not None
    entry("Payroll again", key=made.key, object_pk=made.object_pk, version=grave.version + 1)
    delivery.deliver()
    assert titles(find("payroll")) == ["Payroll again"]
    assert rebuilding.verify() == []


def test_removals_are_forgotten_once_every_index_has_long_known_them() -> None:
    made = written("Payroll")
    delivery.deliver()
    take_out(made.key)
    written("Fleet")
    delivery.deliver()
    assert backlog.forget() == ""
    SearchTombstone.objects.update(acknowledged_at=timezone.now() - timedelta(days=3))
    assert backlog.forget() == "1 removals forgotten"


@pytest.mark.usefixtures("_index")
def test_a_rebuild_misses_nothing_that_is_written_meanwhile(
    engine: FallbackEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "AT_ONCE", 5)
    monkeypatch.setattr(rebuilding, "GRACE", 0.0)
    made = [written(f"Fleet {number}") for number in range(30)]
    work()
    former = index.live(index_client())
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
    assert index.live(index_client()) != former
    assert index.standing(index_client()).targets == index.live(index_client())


@pytest.mark.usefixtures("_index")
def test_a_delivery_that_began_before_a_rebuild_is_not_acknowledged(
    cluster: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(SearchEntry.objects.get(), title="Fleet")
    sent = delivery.send

    def then_rebuilt(*args: object) -> list[object]:
        monkeypatch.setattr(delivery, "send", sent)
        refused = sent(*args)  # type: ignore[arg-type]
        index.create(cluster, index.filling())
        return refused  # type: ignore[return-value]

    monkeypatch.setattr(delivery, "send", then_rebuilt)
    assert delivery.deliver() == (0, True)
    assert delivery.deliver() == (1, False)
    cluster.indices.refresh(index=index.filling())
    assert cluster.count(index=index.filling())["count"] == 1


@pytest.mark.usefixtures("_index")
def test_a_delivery_that_began_before_an_index_was_full_is_not_acknowledged(
    cluster: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = index.create(cluster, index.filling())
    change(SearchEntry.objects.get(), title="Fleet")
    sent = delivery.send

    def then_full(*args: object) -> list[object]:
        monkeypatch.setattr(delivery, "send", sent)
        refused = sent(*args)  # type: ignore[arg-type]
        index.finish(cluster, name)
        return refused  # type: ignore[return-value]

    monkeypatch.setattr(delivery, "send", then_full)
    assert delivery.deliver() == (0, True)
    assert delivery.deliver() == (1, False)
    assert cluster.count(index=name)["count"] == 1, "it is visible there before it is acknowledged"


@pytest.mark.usefixtures("_index")
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


@pytest.mark.usefixtures("_index")
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


@pytest.mark.usefixtures("_index")
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


@pytest.mark.usefixtures("_index")
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


def test_an_entry_that_an_index_refuses_stops_no_other(
    cluster: Elasticsearch, caplog: pytest.LogCaptureFixture
) -> None:
    index.ensure(cluster)
    refused = written("Refused", facets={"level": ["c" * 40_000]})
    written("Payroll")
    work()
    assert find("payroll").total == 1
    assert refused.key in caplog.text
    assert backlog.size() == 1


@pytest.mark.usefixtures("_index")
def test_status_and_readiness_say_how_much_waits(capsys: pytest.CaptureFixture[str]) -> None:
    written("Fleet")
    assert probes.elasticsearch() == {"waiting": 1}
    call_command("search_status")
    told = capsys.readouterr().out
    assert "Waiting:  1" in told
    assert "Engine:   Elasticsearch" in told
    assert f"{index.live(index_client())[0]}, 1 entries, searched" in told


@pytest.mark.usefixtures("_index")
def test_facets_of_private_entries_stay_private_while_they_are_searched_for() -> None:
    written("Payroll secrets", audience=private_audience(), facets={"level": ["secret-level"]})
    work()
    assert counts(find("payroll", facets=("level",)), "level") == {"local": 1}


def send_late(cluster: Elasticsearch, late: Row) -> None:
    """As a worker would that was stopped between reading the row and sending it."""
    lot = delivery.Lot(cluster)
    lot.send([([], [late])])
    lot.acknowledge()


def index_client() -> Elasticsearch:
    from portal.search.engines.elastic.connection import client

    return client()


@pytest.mark.usefixtures("_index")
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


@pytest.mark.usefixtures("_index")
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
    from portal.search.engines.elastic.connection import client

    asked: list[str] = []
    send = client().transport.perform_request

    def noted(method: str, target: str, **options: Any) -> Any:
        asked.append(target.partition("?")[0])
        return send(method, target, **options)

    monkeypatch.setattr(client().transport, "perform_request", noted)
    return asked


@pytest.mark.usefixtures("_index")
@pytest.mark.parametrize(("text", "asked"), [("", 1), ("payroll", 1), ("payroll counties", 1), ("payroll zeppelin", 2)])
def test_a_page_is_one_request_and_two_where_nothing_has_all_words(
    engine: FallbackEngine, requests: list[str], text: str, asked: int
) -> None:
    query = SearchQuery(text=text, facets=("kind", "level"), filters={"level": frozenset({"local"})})
    assert engine.search(query, Viewer()).total == 1
    assert requests == [f"/{index.alias()}/_msearch"] * asked


@pytest.mark.parametrize("typed", ["montr", "MONTRÉA", "montreal", "payroll montr", "e-ma", "Grants.g", "日", "ﬁ", "ß"])
def test_a_beginning_is_suggested_whatever_its_letters(engine: FallbackEngine, typed: str) -> None:
    made = written("Payroll by e-mail in Montréal, by Grants.gov, 日本語 ﬁne ßa")
    written("Fleet")
    work()
    assert engine.suggest(typed, Viewer()) == [made.key]

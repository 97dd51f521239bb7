"""How what waits comes to Elasticsearch: by tasks, in lots, and what is answered until then."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from elasticsearch import ConnectionTimeout, Elasticsearch

from portal.core import pagecache
from portal.core.viewer import Viewer
from portal.search import engines
from portal.search.engines.elastic import backlog, delivery, index, rebuilding
from portal.search.engines.elastic.connection import CLUSTER_ERRORS
from portal.search.engines.elastic.fallback import FallbackEngine
from portal.search.engines.elastic.projecting import Row, rows
from portal.search.models import SearchEntry, SearchTombstone
from tests.factories.search import change, entry, private_audience, take_out
from tests.search.conftest import find, titles
from tests.search.queued import deliveries, work, written


@pytest.fixture(autouse=True)
def engine(in_use: FallbackEngine) -> FallbackEngine:
    return in_use


def test_a_change_is_searchable_once_the_worker_has_been_there(engine: FallbackEngine) -> None:
    made = written("Payroll")
    assert made.delivered == 0
    work()
    assert titles(find("payroll")) == ["Payroll"]
    assert not find("payroll").degraded
    assert engine.verify() == []


@pytest.mark.usefixtures("payroll_index")
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


@pytest.mark.usefixtures("payroll_index")
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


@pytest.mark.usefixtures("payroll_index")
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


def send_late(cluster: Elasticsearch, late: Row) -> None:
    """As a worker would that was stopped between reading the row and sending it."""
    lot = delivery.Lot(cluster)
    lot.send([([], [late])])
    lot.show()
    assert sum(lot.tell()) == 0, "the row is another by now"


@pytest.mark.usefixtures("payroll_index")
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
    before = pagecache.generation()
    assert delivery.deliver() == (0, True)
    assert pagecache.generation() == before, "nothing arrived, so what is stored lacks nothing"


@pytest.mark.usefixtures("payroll_index")
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


@pytest.mark.usefixtures("payroll_index")
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


@pytest.fixture
def _lots_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One entry is made visible while the next is sent."""
    monkeypatch.setattr(delivery, "AT_ONCE", 1)
    monkeypatch.setattr(delivery, "SEEN_TOGETHER", 1)


@pytest.mark.usefixtures("_lots_of_one")
def test_rows_are_told_of_what_is_visible_and_of_nothing_else(
    cluster: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [entry(f"Entry {number}") for number in range(6)]
    acknowledge = backlog.acknowledge

    def once_seen(sent: dict[str, int]) -> int:
        told.extend(sent)
        visible.append(cluster.count(index=index.alias(), query={"ids": {"values": list(sent)}})["count"])
        return acknowledge(sent)

    told: list[str] = []
    visible: list[int] = []
    monkeypatch.setattr(backlog, "acknowledge", once_seen)
    assert delivery.deliver() == (6, False)
    assert told == [one.key for one in made]
    assert visible == [1] * 6


class AtOnce(Executor):
    """Does in the caller's thread what others do aside."""

    def submit(self, call: Callable[..., Any], /, *args: Any, **options: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(call(*args, **options))
        return future


def test_rows_are_told_between_the_chunks_of_the_next_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "AT_ONCE", 1)
    monkeypatch.setattr(delivery, "SEEN_TOGETHER", 2)
    monkeypatch.setattr(delivery, "ThreadPoolExecutor", lambda _threads: AtOnce())
    numbers = {entry().key: number for number in range(6)}
    done: list[str] = []
    writes, acknowledge = delivery.writes, backlog.acknowledge

    def noted_writes(entries: Sequence[Row], name: str) -> Iterator[dict[str, Any]]:
        done.extend(f"sent {numbers[one.key]}" for one in entries)
        return writes(entries, name)

    def noted_acknowledge(sent: dict[str, int]) -> int:
        done.extend(f"told {numbers[key]}" for key in sent)
        return acknowledge(sent)

    monkeypatch.setattr(delivery, "writes", noted_writes)
    monkeypatch.setattr(backlog, "acknowledge", noted_acknowledge)
    assert delivery.deliver() == (6, False)
    assert ", ".join(done) == (
        "sent 0, sent 1, sent 2, told 0, sent 3, told 1, sent 4, sent 5, told 2, told 3, told 4, told 5"
    )


@pytest.mark.usefixtures("_lots_of_one")
def test_what_is_visible_is_told_though_the_next_could_not_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [entry() for _ in range(3)]
    send = delivery.send
    calls = count(1)

    def until_away(*args: Any) -> Any:
        if next(calls) == 3:
            raise ConnectionTimeout("The cluster took too long.")
        return send(*args)

    monkeypatch.setattr(delivery, "send", until_away)
    with pytest.raises(ConnectionTimeout):
        delivery.deliver()
    assert list(SearchEntry.objects.filter(backlog.WAITING)) == [made[2]]


def test_an_index_that_is_lost_while_its_entries_are_sent_is_made_by_the_next_delivery(
    cluster: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    written("Payroll")
    prepare = delivery.prepare

    def then_lost(asked: Elasticsearch) -> None:
        prepare(asked)
        index.forget(cluster)

    monkeypatch.setattr(delivery, "prepare", then_lost)
    assert delivery.deliver() == (0, True)
    monkeypatch.setattr(delivery, "prepare", prepare)
    assert delivery.deliver() == (1, False)
    assert find("payroll").total == 1


def test_a_copy_that_does_not_show_what_it_was_sent_is_no_acknowledgement(
    cluster: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry("Payroll")
    with monkeypatch.context() as patched:
        patched.setattr(
            type(cluster.indices), "refresh", lambda *_args, **_options: {"_shards": {"total": 2, "failed": 1}}
        )
        with pytest.raises(CLUSTER_ERRORS, match="do not show what they were sent"):
            delivery.deliver()
    assert backlog.size() == 1
    assert delivery.deliver() == (1, False)


@pytest.mark.usefixtures("_lots_of_one")
def test_what_could_not_be_made_visible_waits_for_the_next_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [entry(f"Entry {number}") for number in range(4)]
    show = delivery.Lot.show

    def or_not(lot: delivery.Lot) -> None:
        if made[1].key in lot.sent[0][1]:
            raise ConnectionTimeout("The cluster took too long.")
        show(lot)

    monkeypatch.setattr(delivery.Lot, "show", or_not)
    with pytest.raises(ConnectionTimeout):
        delivery.deliver()
    assert SearchEntry.objects.filter(backlog.WAITING, pk=made[1].pk).exists()
    monkeypatch.setattr(delivery.Lot, "show", show)
    assert delivery.deliver()[1] is False
    assert find("entry").total == 4


def test_a_rebuild_that_begins_while_rows_are_told_is_sent_what_is_left(
    cluster: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "AT_ONCE", 1)
    for number in range(4):
        entry(f"Entry {number}")
    acknowledge = backlog.acknowledge

    def then_rebuilt(sent: dict[str, int]) -> int:
        monkeypatch.setattr(backlog, "acknowledge", acknowledge)
        index.create(cluster, index.filling())
        return acknowledge(sent)

    monkeypatch.setattr(backlog, "acknowledge", then_rebuilt)
    assert delivery.deliver() == (1, True)
    assert delivery.deliver() == (3, False)
    cluster.indices.refresh(index=index.filling())
    assert cluster.count(index=index.filling())["count"] == 3

"""What happens while Elasticsearch is away, with a node of one's own that can be killed."""

import random
import socket
import time
from collections.abc import Iterator
from threading import Timer
from typing import Any

import pytest
from django.core.management import call_command
from elasticsearch import ConnectionTimeout
from pytest_django.fixtures import Settings

from portal.core.health import UnhealthyError
from portal.core.viewer import Role, Viewer
from portal.search import engines, nightly, probes
from portal.search.contract import Found, SearchQuery
from portal.search.engines.database import DatabaseEngine
from portal.search.engines.elastic import backlog, connection, rebuilding
from portal.search.engines.elastic.connection import CLUSTER_ERRORS
from portal.search.engines.elastic.engine import ElasticsearchEngine
from portal.search.engines.elastic.fallback import FallbackEngine
from portal.search.models import SearchEntry
from portal.search.services import suggest
from tests import elasticsearch
from tests.conftest import QUEUE
from tests.factories.search import change, entry, private_audience, take_out
from tests.search.conftest import find, titles
from tests.search.queued import deliveries, work, written
from tools.elasticsearch import Node

EDITOR = Viewer(user_id=1, roles=frozenset({Role.EDITOR}))


@pytest.fixture
def engine(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FallbackEngine:
    """The engine as it is in use, at an address where nobody answers."""
    settings.TASKS = QUEUE
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    made = FallbackEngine(ElasticsearchEngine(), DatabaseEngine())
    monkeypatch.setattr(engines, "current", lambda: made)
    return made


@pytest.mark.usefixtures("engine")
class TestWhileNobodyAnswers:
    def test_saves_succeed_and_the_database_answers(self) -> None:
        made = written("Payroll")
        written("Payroll secrets", audience=private_audience())
        page = find("payroll")
        assert (titles(page), page.degraded) == (["Payroll"], True)
        assert [hit.title for hit in suggest("payr", Viewer())] == ["Payroll"]
        assert find("pyaroll").suggestion == "payroll"
        take_out(made.key)
        assert find("payroll").total == 0

    def test_the_answer_says_that_it_came_from_the_database_and_no_sentence_to_readers_does(self) -> None:
        written("Payroll")
        assert find("payroll", EDITOR).degraded
        assert find("payroll", EDITOR).notices == find("payroll").notices == ()

    def test_the_backlog_waits_and_one_task_tries_again_later(self) -> None:
        for number in range(5):
            written(f"Payroll {number}")
        assert (backlog.size(), deliveries()) == (5, 1)
        work()
        assert (backlog.size(), deliveries()) == (5, 1)
        written("Payroll 6")
        assert nightly.deliver_again() == "6 changes wait for Elasticsearch"
        assert deliveries() == 2, "the one that tries again, and one at once"

    def test_readiness_is_degraded_and_says_how_much_waits(self) -> None:
        written("Payroll")
        with pytest.raises(UnhealthyError, match=r"ConnectionError.*the database searches in its place, and 1 changes"):
            probes.elasticsearch()

    def test_editors_are_told_in_the_admin_and_others_are_not(self) -> None:
        assert list(probes.undelivered(EDITOR)) == []
        written("Payroll")
        (line,) = probes.undelivered(EDITOR)
        assert line.sentence == "1 change has not reached the search engine yet."
        assert list(probes.undelivered(Viewer(user_id=2))) == []

    def test_status_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("search_status")
        assert "the database, because Elasticsearch does not answer (ConnectionError)" in capsys.readouterr().out

    def test_nobody_asks_again_for_a_while(self, engine: FallbackEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        search = engine.first.search

        def noted(engine: ElasticsearchEngine, query: SearchQuery, viewer: Viewer, *more: Any) -> Found:
            asked.append(query.text)
            return search(query, viewer, *more)

        monkeypatch.setattr(ElasticsearchEngine, "search", noted)
        for word in ("one", "two", "three"):
            assert find(word).degraded
        assert asked == ["one"]
        engine.breaker._open_until = time.monotonic()
        find("four")
        assert asked == ["one", "four"]


def test_without_a_cluster_nothing_is_asked_of_one(db: None) -> None:
    entry("Payroll")
    assert list(probes.undelivered(EDITOR)) == []
    assert nightly.deliver_again() == ""
    assert not find("payroll").degraded


@pytest.fixture
def node(settings: Settings) -> Iterator[Node]:
    """A node of this test's own."""
    node = elasticsearch.start()
    settings.ELASTICSEARCH_URL = node.url
    settings.ELASTICSEARCH_TIMEOUT = 5
    yield node
    node.stop()


def test_nothing_is_lost_when_the_node_is_killed_in_the_middle_of_a_thousand_writes(
    engine: FallbackEngine, node: Node
) -> None:
    chance = random.Random(6)
    made: list[SearchEntry] = []
    killer = Timer(0.4, node.kill)
    for number in range(1000):
        made.append(written(f"Payroll {number}"))
        if number % 5 == 0:
            change(chance.choice(made), title=f"Fleet {number}")
        if number % 7 == 0:
            take_out(made.pop(chance.randrange(len(made))).key)
        if number % 25 == 0:
            work()
        if number == 400:
            killer.start()
    killer.join()
    assert find("payroll").degraded
    assert backlog.size() > 100
    with pytest.raises(CLUSTER_ERRORS):
        rebuilding.verify()
    node.start()
    end = time.monotonic() + 60
    while (left := _left()) and time.monotonic() < end:
        nightly.deliver_again()
        work()
        time.sleep(0.5)
    assert left == []
    engine.breaker.succeeded()
    page = find("payroll")
    assert not page.degraded
    assert page.total == SearchEntry.objects.filter(title__startswith="Payroll").count()


def _left() -> list[str]:
    """What the gate says; a node that has just begun to answer may not know its indices yet."""
    try:
        return rebuilding.verify()
    except CLUSTER_ERRORS as error:
        return [str(error)]


def test_a_node_that_takes_a_question_and_never_answers_keeps_nobody_waiting_for_it(
    engine: FallbackEngine, settings: Settings
) -> None:
    written("Payroll")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings.ELASTICSEARCH_TIMEOUT = 0.2
        page = find("payroll")
        assert (titles(page), page.degraded) == (["Payroll"], True)
        with pytest.raises(ConnectionTimeout):
            connection.client().info()


def test_several_addresses_and_one_who_answers(db: None, settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:9,{elasticsearch.url()}"
    settings.ELASTICSEARCH_RETRIES = 1
    for _ in range(3):
        assert connection.client().info()["version"]["number"]

"""What every engine must answer to: the contract suite runs once for each."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings
from elasticsearch import Elasticsearch
from pytest_django.fixtures import Settings

from portal.core.viewer import Viewer
from portal.search import engines
from portal.search.contract import Found, Progress, SearchEngine, SearchPage, SearchQuery, unheard
from portal.search.engines.database import DatabaseEngine
from portal.search.engines.elastic import connection, index
from portal.search.engines.elastic.delivery import deliver
from portal.search.engines.elastic.engine import ElasticsearchEngine
from portal.search.engines.elastic.fallback import FallbackEngine
from portal.search.services import search
from taxonomy.querysets import Synonyms
from tests import elasticsearch
from tests.conftest import QUEUE
from tests.search.queued import work, written


class PromptEngine(ElasticsearchEngine):
    """Elasticsearch that is brought what waits before each answer, as if the worker had already been there."""

    def search(self, query: SearchQuery, viewer: Viewer, synonyms: Sequence[Synonyms] = ()) -> Found:
        deliver()
        return super().search(query, viewer, synonyms)

    def suggest(self, text: str, viewer: Viewer, limit: int = 8) -> list[str]:
        deliver()
        return super().suggest(text, viewer, limit)

    def verify(self, progress: Progress = unheard) -> list[str]:
        deliver()
        return super().verify(progress)


ENGINES: dict[str, Callable[[], SearchEngine]] = {"database": DatabaseEngine, "elasticsearch": PromptEngine}


def _names() -> str:
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture
def cluster(settings: Settings) -> Iterator[Elasticsearch]:
    """The run's Elasticsearch, with the settings that lead to it and names that no other test uses."""
    settings.ELASTICSEARCH_URL = elasticsearch.url()
    settings.ELASTICSEARCH_PREFIX = _names()
    settings.ELASTICSEARCH_TIMEOUT = 20
    client = connection.client()
    yield client
    index.forget(client)


@pytest.fixture(scope="session")
def emptied() -> Iterator[str]:
    """Names for tests whose entries have keys of their own: one index, which is emptied before each."""
    prefix = _names()
    yield prefix
    with override_settings(ELASTICSEARCH_URL=elasticsearch.url(), ELASTICSEARCH_PREFIX=prefix):
        index.forget(connection.client())


@pytest.fixture
def emptied_cluster(settings: Settings, emptied: str) -> Elasticsearch:
    """The run's Elasticsearch with an empty index, made quickly."""
    settings.ELASTICSEARCH_URL = elasticsearch.url()
    settings.ELASTICSEARCH_PREFIX = emptied
    settings.ELASTICSEARCH_TIMEOUT = 20
    client = connection.client()
    if index.live(client):
        client.delete_by_query(index=index.alias(), query={"match_all": {}}, refresh=True, conflicts="proceed")
    return client


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch) -> SearchEngine:
    """The engine that the portal searches with in this test."""
    if request.param == "elasticsearch":
        request.getfixturevalue("cluster" if request.node.get_closest_marker("ranked") else "emptied_cluster")
    made = ENGINES[request.param]()
    monkeypatch.setattr(engines, "current", lambda: made)
    return made


@pytest.fixture
def in_use(cluster: Elasticsearch, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FallbackEngine:
    """The engine as it is in use, with the queue as it is in use: nothing is delivered before a worker comes by."""
    settings.TASKS = QUEUE
    made = FallbackEngine(ElasticsearchEngine(), DatabaseEngine())
    monkeypatch.setattr(engines, "current", lambda: made)
    return made


@pytest.fixture
def payroll_index(in_use: FallbackEngine) -> None:
    """An index with one public entry, about payroll."""
    written("Payroll in counties", facets={"level": ["local"]})
    work()


def titles(page: SearchPage) -> list[str]:
    return [hit.title for hit in page.hits]


def find(text: str = "", viewer: Viewer | None = None, **fields: Any) -> SearchPage:
    """Search as a visitor unless told otherwise."""
    return search(SearchQuery(text=text, **fields), viewer or Viewer())


def counts(page: SearchPage, facet: str) -> dict[str, int]:
    """Value → count of one facet; empty when it is not there."""
    return {value.value: value.count for found in page.facets if found.name == facet for value in found.values}

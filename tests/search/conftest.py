"""What every engine must answer to: the contract suite runs once for each."""

from typing import Any

import pytest

from portal.core.viewer import Viewer
from portal.search import engines
from portal.search.contract import SearchEngine, SearchPage, SearchQuery
from portal.search.engines.database import DatabaseEngine
from portal.search.services import search

ENGINES: dict[str, type[SearchEngine]] = {"database": DatabaseEngine}


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch) -> SearchEngine:
    """The engine that the portal searches with in this test."""
    made = ENGINES[request.param]()
    monkeypatch.setattr(engines, "current", lambda: made)
    return made


def titles(page: SearchPage) -> list[str]:
    return [hit.title for hit in page.hits]


def find(text: str = "", viewer: Viewer | None = None, **fields: Any) -> SearchPage:
    """Search as a visitor unless told otherwise."""
    return search(SearchQuery(text=text, **fields), viewer or Viewer())


def counts(page: SearchPage, facet: str) -> dict[str, int]:
    """Value → count of one facet; empty when it is not there."""
    return {value.value: value.count for found in page.facets if found.name == facet for value in found.values}

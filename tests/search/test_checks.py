"""What search says about settings that it cannot serve."""

from types import SimpleNamespace

import pytest
from django.db import connection
from pytest_django import Settings

from portal.search import checks
from portal.search.engines import dialects
from portal.search.engines.sqlite import fulltext
from portal.search.engines.sqlite.dialect import SQLite


def test_nothing_is_said_of_the_settings_as_they_come(db: None) -> None:
    assert checks.check_settings(None) == []
    assert checks.check_database(None) == []


def test_a_database_whose_language_search_does_not_speak_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="oracle"))
    (message,) = checks.check_database(None)
    assert message.id == "portal_search.E001"
    assert "oracle" in message.msg


def test_elasticsearch_is_named_as_not_built_yet(settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = "http://localhost:9200"
    (message,) = checks.check_settings(None)
    assert message.id == "portal_search.W001"
    assert "not built yet" in message.msg


def test_a_sqlite_without_full_text_search_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "has_fts5", lambda connection: False)
    assert [problem.id for problem in SQLite().problems(connection)] == ["portal_search.E002"]


def test_the_full_text_tables_can_be_taken_away_and_made_again(db: None) -> None:
    dialect = dialects.current()
    dialect.uninstall(connection)
    assert "portal_search_changed is missing." in dialect.damage(connection)
    dialect.install(connection)
    assert dialect.damage(connection) == []

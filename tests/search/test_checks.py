"""What search says about settings that it cannot serve."""

from types import SimpleNamespace

import pytest
from django.db import connection
from pytest_django import Settings

from portal.search import checks
from portal.search.engines import dialects
from portal.search.engines.elastic.hosts import parse_hosts
from portal.search.engines.sqlite import fulltext
from portal.search.engines.sqlite.dialect import SQLite
from portal.search.engines.sqlite.tables import EXACT
from tests.factories.search import entry
from tests.search.conftest import find, titles


def test_nothing_is_said_of_the_settings_as_they_come(db: None) -> None:
    assert checks.check_settings(None) == []
    assert checks.check_database(None) == []


def test_a_database_whose_language_search_does_not_speak_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="oracle"))
    (message,) = checks.check_database(None)
    assert message.id == "portal_search.E001"
    assert "oracle" in message.msg


@pytest.mark.parametrize(
    ("url", "ca", "key", "expected"),
    [
        ("http://localhost:9200", "", "", []),
        ("https://one.example.gov:9200, https://two.example.gov", "", "key", []),
        ("one.example.gov:9200", "", "", ["portal_search.E003"]),
        ("https://one.example.gov:port", "", "", ["portal_search.E003"]),
        ("https://one.example.gov", "/nowhere/ca.pem", "", ["portal_search.E004"]),
        ("http://user:secret@one.example.gov:9200", "", "", ["portal_search.W002"]),
        ("http://one.example.gov:9200", "", "key", ["portal_search.W002"]),
    ],
)
def test_what_is_wrong_with_the_address_of_a_cluster_is_named(
    settings: Settings, url: str, ca: str, key: str, expected: list[str]
) -> None:
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_CA, settings.ELASTICSEARCH_API_KEY = url, ca, key
    found = checks.check_settings(None)
    assert [message.id for message in found] == expected
    assert "secret" not in str(found)


def test_addresses_carry_their_port_and_who_the_portal_is() -> None:
    hosts, user, password = parse_hosts("https://us%40er:p%2Cw@one.example.gov/search, https://[::1]:9201")
    assert hosts == ["https://one.example.gov:9200/search", "https://[::1]:9201"]
    assert (user, password) == ("us@er", "p,w")


def test_a_sqlite_without_full_text_search_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "has_fts5", lambda connection: False)
    assert [problem.id for problem in SQLite().problems(connection)] == ["portal_search.E002"]


def test_the_full_text_tables_can_be_taken_away_and_made_again(db: None) -> None:
    dialect = dialects.current()
    dialect.uninstall(connection)
    assert "portal_search_changed is missing." in dialect.damage(connection)
    entry("Parking permits", body="Residents apply at a counter.")
    dialect.install(connection)
    assert dialect.damage(connection) == []
    assert titles(find("residents")) == ["Parking permits"]
    assert find("premits").suggestion == "permits"


def test_the_tables_of_a_sqlite_whose_making_was_cut_off_are_made_from_the_beginning(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect = dialects.current()
    dialect.uninstall(connection)
    entry("Parking permits", body="Residents apply at a counter.")
    with monkeypatch.context() as patched:
        patched.setattr(fulltext, "_make_anew", cut_off)
        with pytest.raises(RuntimeError):
            dialect.install(connection)
    dialect.install(connection)
    assert dialect.damage(connection) == []
    assert titles(find('"apply at a counter"')) == ["Parking permits"]


def cut_off(cursor: object, table: str) -> None:
    """As a process that is killed where the second table would be filled."""
    if table == EXACT:
        raise RuntimeError
    fulltext.command(cursor, table, "rebuild")  # type: ignore[arg-type]

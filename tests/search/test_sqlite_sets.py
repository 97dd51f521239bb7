"""SQLite's sets of entries: whoever writes, they are what the rows say, in every process, and at once."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.models import Audience
from portal.core.viewer import Viewer
from portal.search.engines import dialects
from portal.search.engines.sqlite import held, sets, vocabulary
from portal.search.engines.sqlite.tables import CHANGES, SETS
from portal.search.models import SearchEntry, SearchFacet
from tests.factories.search import entry, private_audience
from tests.search.conftest import counts, find

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no sets")

# Table names are constants.
# ruff: noqa: S608

# What another process does to the database, in plain SQL: arguments are the file and a statement.
OTHER_PROCESS = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); c.execute(sys.argv[2]); c.commit(); c.close()"
)

VISITOR = Viewer(user_id=None, audiences=frozenset({PUBLIC_AUDIENCE_ID}))


def elsewhere(statement: str) -> None:
    path = str(connection.settings_dict["NAME"])
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, path, statement], check=True)


def logged() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {CHANGES}")
        return int(cursor.fetchone()[0])


def fold() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        sets.fold(cursor, 0)


def kinds(text: str = "") -> dict[str, int]:
    return counts(find(text, facets=("kind",)), "kind")


@pytest.mark.django_db
class TestFolding:
    """Working the log into the blobs changes no answer."""

    def test_empties_the_log_and_keeps_the_answers(self) -> None:
        entry("Payroll", kind="case", facets={"level": ["local"]})
        gone = entry("Payroll", kind="tool", facets={"level": ["state"]})
        fold()
        gone.delete()
        before = find("payroll", facets=("kind", "level"))
        assert logged()
        fold()
        assert logged() == 0
        assert find("payroll", facets=("kind", "level")) == before
        assert (before.total, counts(before, "level")) == (1, {"local": 1})
        assert dialects.current().damage(connection) == []

    def test_is_done_by_who_writes_once_the_log_is_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        entry("Payroll")
        dialects.current().written()
        assert logged()
        monkeypatch.setattr(sets, "MOST_CHANGES", 2)
        dialects.current().written()
        assert logged() == 0
        assert find("payroll").total == 1

    def test_takes_the_words_of_new_entries_into_the_spellings(self) -> None:
        entry("Governance")
        assert find("govrenance").suggestion == "governance"
        dialects.current().written()
        with transaction.atomic(), connection.cursor() as cursor:
            changes = sets.fold(cursor, 0)
        assert find("govrenance").suggestion == ""
        with connection.cursor() as cursor:
            vocabulary.learn(cursor, changes)
        assert find("govrenance").suggestion == "governance"


@pytest.mark.django_db
def test_changes_by_queryset_and_cascade_are_in_the_sets() -> None:
    made = [entry("Payroll", kind="case", facets={"level": ["local"]}) for _ in range(3)]
    SearchEntry.objects.filter(pk=made[0].pk).update(kind="tool", dated=datetime(2026, 3, 2, tzinfo=UTC))
    SearchFacet.objects.filter(entry=made[0], facet="level").update(value="state")
    SearchEntry.objects.filter(pk=made[1].pk).update(audience=private_audience())
    SearchEntry.objects.filter(pk=made[2].pk).delete()
    page = find("payroll", facets=("level",), kinds=("tool",))
    assert (page.total, counts(page, "level")) == (1, {"state": 1})
    assert find("payroll").total == find(since=date(2026, 3, 2), until=date(2026, 3, 2)).total == 1
    assert dialects.current().damage(connection) == []


@pytest.mark.django_db
def test_a_set_that_differs_from_the_rows_is_named_and_made_anew() -> None:
    entry("Payroll", kind="case")
    fold()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {SETS} WHERE space = 'kind'")
    assert "The set kind case differs from the entries." in dialects.current().damage(connection)
    dialects.current().rebuild(connection)
    assert dialects.current().damage(connection) == []


actions = st.lists(
    st.tuples(
        st.sampled_from(["add", "delete", "audience", "kind", "facet", "no facet", "fold", "undone"]),
        st.integers(0, 5),
        st.integers(1, 2),
    ),
    max_size=25,
)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(actions)
def test_sets_are_what_the_rows_say_after_any_changes(steps: list[tuple[str, int, int]]) -> None:
    Audience.objects.update_or_create(pk=2, defaults={"key": "member"})
    SearchFacet.objects.all().delete()
    SearchEntry.objects.all().delete()
    for action, place, value in steps:
        act(action, list(SearchEntry.objects.order_by("pk")), place, value)
    assert dialects.current().damage(connection) == []
    for audience in (1, 2):
        expected = SearchEntry.objects.filter(audience_id=audience).count()
        assert find("", Viewer(audiences=frozenset({audience}))).total == expected


def act(action: str, there: list[SearchEntry], place: int, value: int) -> None:
    one = there[place % len(there)] if there else None
    if action == "add":
        entry("Payroll", audience_id=value, kind=f"kind-{place}", facets={"level": [str(value)]})
    elif action == "fold":
        fold()
    elif one and action == "delete":
        one.delete()
    elif one and action == "audience":
        SearchEntry.objects.filter(pk=one.pk).update(audience_id=value)
    elif one and action == "kind":
        SearchEntry.objects.filter(pk=one.pk).update(kind=f"kind-{value}")
    elif one and action == "facet":
        SearchFacet.objects.get_or_create(entry=one, facet="line", value=str(value))
    elif one and action == "no facet":
        one.facets.all().delete()
    elif one and action == "undone":
        with transaction.atomic():
            SearchEntry.objects.filter(pk=one.pk).update(audience_id=3 - one.audience_id)
            fold()
            transaction.set_rollback(True)


@pytest.fixture
def _committing(db: None, tmp_path: Path) -> Iterator[None]:
    """A copy of the test database, in a file, whose connection commits what it writes."""
    path = tmp_path / "portal.sqlite3"
    connection.ensure_connection()
    path.write_bytes(connection.connection.serialize())
    before = connections["default"]
    made = connections.create_connection("default")
    made.settings_dict = {**made.settings_dict, "NAME": str(path)}
    connections["default"] = made
    yield
    made.close()
    connections["default"] = before
    held.forget()


@pytest.mark.usefixtures("_committing")
class TestProcesses:
    """What a process holds is never older than what is committed, and never what was not."""

    def test_what_another_process_writes_is_found_by_the_next_search(self) -> None:
        made = entry("Payroll", kind="case")
        assert (find("payroll").total, kinds()["case"]) == (1, 1)
        elsewhere(f"UPDATE portal_search_searchentry SET audience_id = {private_audience().pk} WHERE id = {made.pk}")
        assert (find("payroll").total, kinds()) == (0, {})
        elsewhere(f"UPDATE portal_search_searchentry SET audience_id = 1 WHERE id = {made.pk}")
        assert find("payroll").total == 1

    def test_who_slept_while_others_folded_reads_what_they_folded(self) -> None:
        kept, made = entry("Payroll", kind="case"), entry("Payroll", kind="case")
        fold()
        assert kinds() == {"case": 2}
        sleeper = dict(held.kept)
        made.delete()
        entry("Payroll", kind="tool")
        fold()
        held.kept.update(sleeper)
        assert kinds() == {"case": 1, "tool": 1}
        kept.delete()
        assert kinds() == {"tool": 1}

    def test_who_holds_another_epoch_reads_everything(self) -> None:
        entry("Payroll", kind="case")
        assert kinds() == {"case": 1}
        dialects.current().rebuild(connection)
        assert kinds() == {"case": 1}
        assert all(state.epoch for state in held.kept.values())

    @pytest.mark.parametrize("folding", [False, True])
    def test_what_is_rolled_back_is_seen_within_and_not_after(self, folding: bool) -> None:
        made = entry("Payroll", kind="case")
        assert kinds() == {"case": 1}
        with transaction.atomic():
            SearchEntry.objects.filter(pk=made.pk).update(audience=private_audience())
            if folding:
                fold()
            assert kinds() == {}
            transaction.set_rollback(True)
        # The numbers of the changes that were undone are given again, to others, before anybody searches.
        for _ in range(3):
            entry("Payroll", kind="tool")
        assert kinds() == {"case": 1, "tool": 3}
        assert dialects.current().damage(connection) == []

    def test_a_search_after_a_write_is_still_one_statement_for_sets_and_words(self) -> None:
        before = held.snapshot()[0].number()
        entry("Payroll")
        with CaptureQueriesContext(connection) as statements:
            sets_now, (matched,) = held.snapshot([held.Match("portal_search_words", '"payroll"')])
        assert len(statements) == 1
        assert (len(matched), sets_now.number()) == (1, before + 1)


@pytest.mark.django_db
def test_what_writes_have_left_in_pieces_is_merged_and_all_is_found() -> None:
    for number in range(40):
        with transaction.atomic():
            entry(f"Payroll {number}", body=f"Settlement {number} of wages")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(DISTINCT segid) FROM portal_search_words_idx")
        pieces = cursor.fetchone()[0]
        dialects.current().tidy()
        cursor.execute("SELECT COUNT(DISTINCT segid) FROM portal_search_words_idx")
        assert (pieces > 1, cursor.fetchone()[0]) == (True, 1)
    assert find("settlement").total == 40
    assert dialects.current().damage(connection) == []

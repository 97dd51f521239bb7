"""Several processes write to one database file and search it at once: nobody fails, and every answer is true."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from portal.core.models import Audience
from portal.search import engines
from tests.browser.world import using_database
from tests.search import beside

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no sets of its own")

PROGRAM = "import django; django.setup(); from tests.search import beside; beside.run()"


@pytest.fixture
def file(db: None, tmp_path: Path) -> Iterator[Path]:
    """A copy of the test database, in a file, which this process has open as a server has it."""
    path = tmp_path / "portal.sqlite3"
    connection.ensure_connection()
    # Not SQLite's backup: that would wait for the end of this test's transaction.
    path.write_bytes(connection.connection.serialize())
    with using_database(path):
        for pk in beside.AUDIENCES:
            Audience.objects.get_or_create(pk=pk, defaults={"key": str(pk)})
        yield path


def run_the_others(path: Path) -> "subprocess.CompletedProcess[str]":
    """The settings are those of the tests, so SQLite's are the portal's own."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "TMPDIR": str(path.parent)}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * beside.MOST_SECONDS,
    )


def test_processes_that_write_and_search_at_once_never_fail_and_never_disagree_with_the_rows(file: Path) -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    # What this process keeps is from before the others began, and they fold and rebuild while it sleeps.
    beside.is_exact(beside.ask(beside.EVERYBODY), {})
    done = run_the_others(file)
    assert not done.returncode, done.stderr
    # Nor did anything go wrong that somebody caught and only logged.
    assert done.stderr == ""
    assert engines.current().verify() == []
    last = {step.key: step for writer in range(beside.WRITERS) for step in beside.script(writer)}
    left = {key: step for key, step in last.items() if step.audience is not None}
    assert 0 < len(left) < len(last)
    for viewer in (*beside.READERS, beside.EVERYBODY):
        seen = {key: step.level for key, step in left.items() if step.audience in viewer.audiences}
        beside.is_exact(beside.ask(viewer), seen)

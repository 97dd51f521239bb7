"""Fifty members press the button for the last place at the same moment, on a database as a server has it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from portal.accounts.models import User
from portal.events import services
from portal.events.models import EventPage, Registration
from tests.browser.world import using_database
from tests.factories.events import event, members

CROWD = 50


def all_at_once(crowd: list[threading.Thread]) -> None:
    """Run them beside each other until the last is done. Fails where one never is."""
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(timeout=300)
    assert not any(thread.is_alive() for thread in crowd)


def press(page: EventPage, user: User, gate: threading.Barrier, failed: list[str]) -> None:
    """What one of the crowd does, with a connection of its own."""
    try:
        gate.wait()
        services.register(page, user)
    except Exception as error:  # noqa: BLE001 - the test fails with it
        failed.append(repr(error))
    finally:
        connection.close()


@contextmanager
def copied_database(folder: Path) -> Iterator[None]:
    """Read and write a copy of the empty test database, because threads do not see what a test has not committed."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "crowd.sqlite3")) as copy:
            connection.connection.backup(copy)
        with using_database(folder / "crowd.sqlite3"):
            yield
        return
    original = connection.settings_dict["NAME"]
    copied = f"{original}_crowd"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copied}"')
        cursor.execute(f'CREATE DATABASE "{copied}" TEMPLATE "{original}"')
    try:
        with using_database(copied):
            yield
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copied}" WITH (FORCE)')


def test_one_gets_the_last_place_and_the_rest_wait_in_order(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> None:
    with django_db_blocker.unblock(), copied_database(tmp_path):
        page, failed = event(title="The last place", capacity=1), list[str]()
        gate = threading.Barrier(CROWD)
        crowd = [threading.Thread(target=press, args=(page, user, gate, failed)) for user in members(CROWD)]
        all_at_once(crowd)
        found = list(Registration.objects.filter(event=page).order_by("place").values_list("place", "state"))
    assert not failed
    assert found == [(1, "registered"), *((number, "waiting") for number in range(2, CROWD + 1))]

"""Fifty members press the button for the last place at the same moment, on a database file as a server has it."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from portal.accounts.models import User
from portal.events import services
from portal.events.models import EventPage, Registration
from tests.browser.world import using_database
from tests.factories.events import event, members

CROWD = 50


def press(page: EventPage, user: User, gate: threading.Barrier, failed: list[str]) -> None:
    """What one of the crowd does, with a connection of its own."""
    try:
        gate.wait()
        services.register(page, user)
    except Exception as error:  # noqa: BLE001 - the test fails with it
        failed.append(repr(error))
    finally:
        connection.close()


def test_one_gets_the_last_place_and_the_rest_wait_in_order(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> None:
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with closing(sqlite3.connect(tmp_path / "crowd.sqlite3")) as copy:
            connection.connection.backup(copy)
        with using_database(tmp_path / "crowd.sqlite3"):
            page, failed = event(title="The last place", capacity=1), list[str]()
            gate = threading.Barrier(CROWD)
            crowd = [threading.Thread(target=press, args=(page, user, gate, failed)) for user in members(CROWD)]
            for thread in crowd:
                thread.start()
            for thread in crowd:
                thread.join(timeout=60)
            found = list(Registration.objects.filter(event=page).order_by("place").values_list("place", "state"))
    assert not failed
    assert found == [(1, "registered"), *((number, "waiting") for number in range(2, CROWD + 1))]

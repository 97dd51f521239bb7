"""The portal that the browser tests look at: demonstration content in a database file, served from a thread.

The content is loaded once into a file of its own (kept between runs while nothing that it is made of changes) and
copied over the served database after every test that wrote something. A file, not memory: each request thread has a
connection of its own, as on a server, and a shared one in memory knows no waiting for locks.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler

ROOT = Path(settings.BASE_DIR)
ROOMS = ("portal", "taxonomy", "cases", "toolkit", "forums")
INGREDIENTS = {".py", ".yaml", ".md"}
DATABASE = "portal.sqlite3"


def recipe() -> str:
    """A digest of everything that the demonstration content is made of, and of the day: its dates count from today."""
    digest = hashlib.blake2b(date.today().isoformat().encode(), digest_size=12)
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in INGREDIENTS:
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def loaded_content(shelf: Path) -> Path:
    """A directory with the loaded database and its media below `shelf`, made if it is not there.

    Call it with a lock held: two makers would get in each other's way.
    """
    place = shelf / recipe()
    if (place / DATABASE).exists():
        return place
    _tidy(shelf)
    draft = shelf / "draft"
    draft.mkdir(parents=True)
    for command in (["prepare"], ["load_demo", "--with-accounts"]):
        _manage(draft, *command)
    with closing(sqlite3.connect(draft / DATABASE)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    draft.rename(place)
    return place


def _tidy(shelf: Path) -> None:
    """Remove what was begun and what is old; another worker may be reading what it was given before midnight."""
    yesterday = time.time() - timedelta(days=1).total_seconds()
    for found in shelf.iterdir():
        if found.name == "draft" or found.stat().st_mtime < yesterday:
            shutil.rmtree(found, ignore_errors=True)


def _manage(var_dir: Path, *command: str) -> None:
    """Run one `manage.py` command as `make demo` does. Raises RuntimeError with what it said if it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {"VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "portal.settings.development"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command, "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {command[0]} failed:\n{done.stdout}\n{done.stderr}")


@contextmanager
def using_database(path: Path | str) -> Iterator[None]:
    """Point this process, all its threads, at the SQLite file `path`; afterwards everything is as it was."""
    known = connections.settings["default"]
    former_name = known["NAME"]
    # Kept, not closed: with it a database in memory would vanish.
    former = connections["default"]
    del connections["default"]
    known["NAME"] = str(path)
    try:
        yield
    finally:
        connections["default"].close()
        known["NAME"] = former_name
        connections["default"] = former


class Server:
    """The portal on a free port of this machine, in a thread of this process: mails and tasks are at hand."""

    def __init__(self) -> None:
        self._http = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
        self._http.set_app(StaticFilesHandler(WSGIHandler()))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)


class World:
    """What is served, and how to put it back."""

    def __init__(self, content: Path, served: Path) -> None:
        self.pristine = content / DATABASE
        self.served = served
        self.url = ""
        self.restore()

    def restore(self) -> None:
        """Bring the served database back to the content as loaded, while it is being served."""
        connections["default"].close()
        with (
            closing(sqlite3.connect(self.pristine)) as source,
            closing(sqlite3.connect(self.served, timeout=20)) as copy,
        ):
            source.backup(copy)

    def is_read_here(self) -> bool:
        """Whether what this thread reads is what is served."""
        return file_read_here() == self.served


def file_read_here() -> Path:
    """The database file that this thread's connection has open."""
    with connections["default"].cursor() as cursor:
        _number, _name, path = cursor.execute("PRAGMA database_list").fetchone()
    return Path(path)


def overrides(content: Path, url: str) -> dict[str, Any]:
    """The settings that differ from those of the other tests."""
    return {
        "BASE_URL": url,
        "WAGTAILADMIN_BASE_URL": url,
        "MEDIA_ROOT": content / "media",
        # The demonstration's passwords were made by development settings.
        "PASSWORD_HASHERS": [*settings.PASSWORD_HASHERS, "django.contrib.auth.hashers.PBKDF2PasswordHasher"],
    }

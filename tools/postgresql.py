"""A PostgreSQL server of one's own for as long as a command runs, for tests and trials.

    python -m tools.postgresql .venv/bin/python -m pytest tests/search
    python -m tools.postgresql bash

The server is Debian's package in a temporary directory, reached by a socket in it, as a user who is not root. The
command finds its address in DATABASE_URL, as a role that is no superuser. Where the package is not installed this says
so and succeeds, unless REQUIRE_EVERYTHING is set.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

MISSING = "no PostgreSQL server (on Debian: apt-get install postgresql)"
PLACES = Path("/usr/lib/postgresql")
ROLE, DATABASE = "portal", "portal"
# Nothing of this server is kept, so nothing has to reach the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
}
# What a server has that keeps what it has confirmed, whatever ends it.
DURABLE = {**OPTIONS, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
SECONDS_TO_START = 60


def binaries() -> Path | None:
    """The directory of the newest server that is installed; None when there is none."""
    found = sorted(PLACES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres") else None


@contextmanager
def server(folder: Path | None = None, *, is_durable: bool = False) -> Iterator[str]:
    """The address of a server that ends with the block, as DATABASE_URL has it.

    It lives in a temporary directory, or in `folder`, where the next one finds what this one leaves.
    Raises FileNotFoundError where no server is installed, RuntimeError with what it said when it does not start.
    """
    where = binaries()
    if where is None:
        raise FileNotFoundError(MISSING)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        with _running(where, folder, DURABLE if is_durable else OPTIONS) as address:
            yield address
        return
    with (
        tempfile.TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True) as temporary,
        _running(where, Path(temporary), DURABLE if is_durable else OPTIONS) as address,
    ):
        yield address


@contextmanager
def _running(where: Path, home: Path, options: Mapping[str, str]) -> Iterator[str]:
    """The address of a server in `home`, which is made ready for one if it is not yet."""
    identity = _identity(home)
    password = _password(home)
    if not (home / "data").exists():
        wishes = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--username=owner"]
        _run([where / "initdb", "-D", home / "data", f"--pwfile={home / 'password'}", *wishes], identity)
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [where / "postgres", "-D", home / "data", "-k", home, *settings], stdout=log, stderr=log, **identity
        )
    try:
        _make_room(home, password, process)
        yield f"postgres://{ROLE}:{password}@/{DATABASE}?host={quote(str(home), safe='')}"
    finally:
        # A fast shutdown: whoever is still connected is sent away.
        process.send_signal(signal.SIGINT)
        process.wait()


def _password(home: Path) -> str:
    """The owner's password, made when `home` is new."""
    file = home / "password"
    if not file.exists():
        file.write_text(secrets.token_urlsafe(16))
        file.chmod(0o644)
    return file.read_text()


def _identity(home: Path) -> dict[str, Any]:
    """Whom the server runs as: root may not, so it is the package's own user then, and `home` becomes his."""
    if os.getuid() != 0:
        return {}
    shutil.chown(home, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": (), "cwd": home}


def _run(command: Sequence[str | Path], identity: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **identity)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _make_room(home: Path, password: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers, then make the role and the database of the portal if they are not there."""
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            owner = psycopg.connect(host=str(home), user="owner", password=password, dbname="postgres", autocommit=True)
            break
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {(home / 'log').read_text()}") from error
            time.sleep(0.1)
    with owner:
        if owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            return
        owner.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'")
        owner.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def main(command: Sequence[str]) -> int:
    """Run `command` beside a server and return its exit code."""
    if binaries() is None:
        print(f"SKIPPED: {MISSING}: {' '.join(command)}", file=sys.stderr)
        return int(bool(os.environ.get("REQUIRE_EVERYTHING")))
    with server() as address:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": address}, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

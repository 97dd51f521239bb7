"""Prepares a portal of the benchmark's own, and starts and ends the two servers that are compared."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psutil

from benchmarks.load import LOOPBACK, Job, run

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
STOP_SECONDS = 10
COMMAND_SECONDS = 600
# The benchmark fills databases: it must never reach those of an installation that the environment names.
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL", "SECRET_KEY_FALLBACKS", "TRUSTED_PROXIES")


class BenchmarkError(Exception):
    """The measurement could not be made; the message says why."""


def free_port() -> int:
    """A port of this machine on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Place:
    """Where one benchmark keeps its databases and logs, and on which port its portal will be served."""

    folder: Path
    port: int
    secret: str
    # The address of a PostgreSQL of the benchmark's own; "" for SQLite in the folder.
    database: str = ""

    @classmethod
    def at(cls, folder: Path, database: str = "") -> "Place":
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder=folder, port=free_port(), secret=secrets.token_urlsafe(60), database=database)

    def environment(self, settings: str) -> dict[str, str]:
        """What a process sees that works on this place under the settings module `settings`."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": settings,
            "VAR_DIR": str(self.folder),
            "BASE_URL": f"http://{LOOPBACK}:{self.port}",
            "ALLOWED_HOSTS": LOOPBACK,
            "SECRET_KEY": self.secret,
            # Allows plain http, on loopback only; see portal.settings.guard.
            "SECURE": "0",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            **({"DATABASE_URL": self.database} if self.database else {}),
        }


def call(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    seconds: int = COMMAND_SECONDS,
    *,
    is_shown: bool = False,
) -> str:
    """Run this Python with `arguments` in the repository and return its output.

    `is_shown` lets what it says on its progress through to the terminal.

    Raises BenchmarkError with the last lines of what the process said if it fails or does not end in time.
    """
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter with our own arguments)
            [sys.executable, *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=None if is_shown else subprocess.PIPE,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"`{' '.join(arguments)}` did not end in {seconds} seconds.") from error
    if done.returncode:
        raise BenchmarkError(f"`{' '.join(arguments)}` failed:\n{_tail(done.stderr or done.stdout)}")
    return done.stdout


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join(text.rstrip().splitlines()[-lines:])


# Content is loaded with development settings, because the loader makes accounts in no others.
PREPARATION: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("tables", ("manage.py", "prepare"), "portal.settings.development"),
    ("content", ("manage.py", "load_demo", "--with-accounts"), "portal.settings.development"),
    ("a crowd", ("-m", "benchmarks.crowd"), "portal.settings.development"),
    ("search index", ("manage.py", "search_rebuild"), "portal.settings.development"),
    ("static files", ("manage.py", "collectstatic", "--noinput", "--verbosity", "0"), "portal.settings.production"),
)


@dataclass(slots=True)
class Server:
    """A running gunicorn with one worker process."""

    name: str
    port: int
    process: psutil.Popen
    log: Path

    def cpu_seconds(self) -> float:
        """User and system time that the server's processes used so far, those that ended among them included."""
        total = 0.0
        for process in [self.process, *self.process.children(recursive=True)]:
            try:
                spent = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += spent.user + spent.system + spent.children_user + spent.children_system
        return total

    def check(self) -> None:
        """Raises BenchmarkError with the end of the log if the server has ended."""
        if self.process.poll() is not None:
            raise BenchmarkError(f"The {self.name} server ended:\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of the server's log."""
        return _tail(self.log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def serving(name: str, application: str, port: int, environment: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """Serve the WSGI `application` on loopback while the block runs; its log is kept in `folder`.

    Every server has the same options: one worker process that does one request after the other. Threads would make
    the bare view dearer by half, and every ratio look better than it is.
    """
    log = folder / f"{name}.log"
    options = ["--workers", "1", "--worker-class", "sync", "--bind", f"{LOOPBACK}:{port}"]
    with log.open("wb") as output:
        process = psutil.Popen(
            [sys.executable, "-m", "gunicorn", application, *options],
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        server = Server(name, port, process, log)
        try:
            _wait_until_ready(server)
            yield server
        finally:
            _stop(process)


def _wait_until_ready(server: Server) -> None:
    """Any answer will do: whether it is the right one is measured later."""
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        server.check()
        with socket.socket() as probe:
            listening = probe.connect_ex((LOOPBACK, server.port)) == 0
        if listening and run(Job(server.port, "/", seconds=1, most=1, connections=1)).statuses.keys() - {0}:
            return
        sleep(0.1)
    raise BenchmarkError(f"The {server.name} server did not answer in {START_SECONDS} seconds:\n{server.last_words()}")


def _stop(process: psutil.Popen) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        for one in [*process.children(recursive=True), process]:
            one.kill()
        process.wait(STOP_SECONDS)

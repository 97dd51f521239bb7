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
    folder = Path(os.environ.pop(FOLDER))
    if (folder / "node").exists():
        Node(**json.loads((folder / "node").read_text())).stop()
    shutil.rmtree(folder, ignore_errors=True)


def url() -> str:
    """Where the run's Elasticsearch answers. Skips the test, or fails it, where there is none."""
    if given := os.environ.get("ELASTICSEARCH_URL"):
        return given
    require()
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / "node"
        if not known.exists():
            known.write_text(json.dumps(asdict(elasticsearch.start())))
        return str(json.loads(known.read_text())["url"])


def require() -> None:
    """Go on only where a node of our own can be started."""
    if elasticsearch_source.is_possible():
        return
    if os.environ.get("REQUIRE_EVERYTHING"):
        pytest.fail(elasticsearch_source.ADVICE)
    pytest.skip(REASON)

"""Strangers' files are taken apart in a process of its own: the libraries that do so can be made to run for ever or to
fill the memory.

`run` starts a module as a program that calls `limit` first. Such modules import nothing of Django, which would take
longer than their work.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

MOST_MEMORY = 2**30
MOST_SECONDS = 30


class ApartError(Exception):
    """It ended without an answer; the text says why."""


def run(module: str, argument: str, content: bytes) -> bytes:
    """What the program says about `content`. Raises ApartError for whatever goes wrong in it."""
    try:
        told = subprocess.run(  # noqa: S603 - a module of ours, and an argument that it knows
            [sys.executable, "-m", module, argument],
            input=content,
            capture_output=True,
            cwd=Path(__file__).parents[2],
            # Strangers' files are read without the portal's secrets.
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            timeout=2 * MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ApartError("it took too long") from error
    if told.returncode:
        reason = told.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ApartError(reason or str(told.returncode))
    return told.stdout


def limit() -> None:
    """Let this process end before it takes more time or memory than a document may."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

"""What is printed and what is kept of a run."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.load import NO_ANSWER
from benchmarks.measure import Cell, Effort
from benchmarks.pages import Reader
from benchmarks.server import ROOT

LATEST = ROOT / "benchmarks" / "latest.json"
COLUMNS = ("page", "reader", "CPU ms", "x bare", "target", "SQL", "target", "req/s", "p50 ms", "p95 ms", "")
LEFT_COLUMNS = (0, 1, 10)


def verdict(cell: Cell) -> str:
    """ "ok", "OVER" and what is over its target, "" without a target, or what went wrong."""
    if cell.failures:
        return "FAILED: " + ", ".join(f"{number}x {_status(status)}" for status, number in cell.failures.items())
    over = []
    if cell.target.ratio is not None and cell.ratio > cell.target.ratio:
        over.append("CPU")
    if cell.target.queries is not None and cell.queries is not None and cell.queries > cell.target.queries:
        over.append("SQL")
    words = ["OVER " + " and ".join(over)] if over else ["ok"] if cell.target.ratio is not None else []
    if cell.reader is not None and cell.is_stored != (cell.reader is Reader.STORED):
        words.append("(stored)" if cell.is_stored else "(not from the page cache)")
    return " ".join(words)


def _status(status: int) -> str:
    return "no answer" if status == NO_ANSWER else str(status)


def table(bare: Cell, groups: Sequence[Sequence[Cell]]) -> str:
    """The run as a plain table, the yardstick first."""
    rows = [COLUMNS, _row(bare), *(_row(cell) for group in groups for cell in group)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    aligned = (
        text.ljust(width) if at in LEFT_COLUMNS else text.rjust(width)
        for at, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(aligned).rstrip()


def _row(cell: Cell) -> tuple[str, ...]:
    return (
        cell.page,
        cell.reader.value if cell.reader else "visitor",
        f"{cell.cpu_ms:.2f}",
        f"{cell.ratio:.1f}",
        _number(cell.target.ratio),
        _number(cell.queries),
        _number(cell.target.queries),
        f"{cell.per_second:.0f}",
        f"{cell.percentile(0.5):.1f}",
        f"{cell.percentile(0.95):.1f}",
        verdict(cell),
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def as_json(cell: Cell) -> dict[str, Any]:
    """The numbers of one page for one reader. Times are in milliseconds, `ratio` in multiples of the bare view."""
    return {
        "page": cell.page,
        "path": cell.path,
        "reader": cell.reader.name.lower() if cell.reader else "bare",
        "cpu_ms": round(cell.cpu_ms, 4),
        "ratio": round(cell.ratio, 3),
        "sql_queries": cell.queries,
        "requests_per_second": round(cell.per_second, 1),
        "p50_ms": round(cell.percentile(0.5), 3),
        "p95_ms": round(cell.percentile(0.95), 3),
        "requests": cell.requests,
        "bytes": cell.samples[-1].burst.size if cell.samples else None,
        "from_page_cache": cell.is_stored if cell.reader else None,
        "target": asdict(cell.target),
        "verdict": verdict(cell),
        "failures": {_status(status): number for status, number in cell.failures.items()},
    }


def document(bare: Cell, groups: Sequence[Sequence[Cell]], effort: Effort, versions: dict[str, str]) -> dict[str, Any]:
    """All that is kept of a run, ready for JSON."""
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(versions),
        "effort": asdict(effort),
        "bare": as_json(bare),
        "pages": [as_json(cell) for group in groups for cell in group],
    }


def write(content: dict[str, Any], path: Path = LATEST) -> None:
    """Replace `path` in one step, so that a reader never meets half a file."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def failed(bare: Cell, groups: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """A sentence for each page that answered other than 200 at least once."""
    for cell in [bare, *(cell for group in groups for cell in group)]:
        if cell.failures:
            yield f"{cell.path} ({cell.reader or 'bare view'}): {verdict(cell)}"


def commit() -> str:
    """The short name of the commit measured, with "+changes" if files differ from it; "unknown" without git."""
    name = _git("rev-parse", "--short", "HEAD")
    if not name:
        return "unknown"
    return f"{name}+changes" if _git("status", "--porcelain", "--untracked-files=no") else name


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  (fixed arguments)
            ["git", *arguments],  # noqa: S607  (whichever git the developer uses)
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def machine(versions: dict[str, str]) -> dict[str, Any]:
    """What the numbers depend on besides the portal."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": [round(value, 2) for value in os.getloadavg()],
        "python": platform.python_version(),
        **versions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())

"""`python -m benchmarks.forums`: fill two portals, serve both beside the bare view, measure, print a table."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tqdm import tqdm

from benchmarks import report
from benchmarks.forums import measuring
from benchmarks.forums.facts import Facts
from benchmarks.forums.filling import POSTS, TOPICS
from benchmarks.forums.measuring import GROWTH, REPLIES, REPLY_P50_MS, Portal
from benchmarks.load import client
from benchmarks.measure import FULL, QUICK, Bench, Cell, Effort
from benchmarks.server import PREPARATION, BenchmarkError, Place, call, free_port, serving
from tools import postgresql

BARE_APPLICATION, BARE_SETTINGS = "benchmarks.bare.wsgi:application", "benchmarks.bare.settings"
PORTAL_APPLICATION, DURABLE = "portal.wsgi:application", "benchmarks.forums.durable"
STATIC = "static files"
DEVELOPMENT = "portal.settings.development"
SMALL = (300, 6000)
FILLING_SECONDS = 4 * 3600
LATEST = report.ROOT / "benchmarks" / "latest-forums.json"
COLUMNS = ("portal", "page", "reader", "CPU ms", "x bare", "target", "SQL", "target", "x small", "")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured: how many topics and posts the large portal has, and on which database."""

    topics: int
    posts: int
    is_postgresql: bool
    has_search: bool
    effort: Effort
    replies: int


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks.forums", description="Measure the forums.")
    made.add_argument("--topics", type=int, default=TOPICS, help=f"topics of the large portal ({TOPICS})")
    made.add_argument("--posts", type=int, default=POSTS, help=f"posts of the large portal ({POSTS})")
    made.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own, instead of SQLite")
    made.add_argument("--without-search", action="store_true", help="fill no entries of search")
    made.add_argument("--quick", action="store_true", help="one short round: to see that it works, not to compare")
    made.add_argument("--folder", type=Path, help="keep the filled portals in this folder, and use them again")
    return made


@contextmanager
def filled(folder: Path, size: tuple[int, int], wish: Wish) -> Iterator[Place]:
    """A portal in `folder` with so many topics and posts, filled if it is not yet. Raises BenchmarkError."""
    with ExitStack() as stack:
        database = ""
        if wish.is_postgresql:
            database = stack.enter_context(postgresql.server(folder / "postgresql", is_durable=True))
        place = Place.at(folder, database)
        marker = folder / "filled.json"
        if not marker.exists():
            _fill(place, size, wish)
            marker.write_text(json.dumps(size))
        elif json.loads(marker.read_text()) != list(size):
            raise BenchmarkError(f"{folder} holds a portal of another size: {marker.read_text()}.")
        for name, arguments, settings in PREPARATION:
            if name == STATIC:
                call(arguments, place.environment(settings))
        yield place


def _fill(place: Place, size: tuple[int, int], wish: Wish) -> None:
    for name, arguments, settings in PREPARATION:
        # The filling makes the members itself, and static files are made for each run.
        if name not in {"a crowd", STATIC}:
            print(f"{place.folder.name}: {name}", file=sys.stderr)
            call(arguments, place.environment(settings))
    topics, posts = size
    options = ["--topics", str(topics), "--posts", str(posts), *(() if wish.has_search else ("--without-search",))]
    filling = ("-m", "benchmarks.forums.filling", *options)
    call(filling, place.environment(DEVELOPMENT), FILLING_SECONDS, is_shown=True)


def measure(folder: Path, wish: Wish) -> int:
    """Measure and print. Returns the exit code."""
    vendor = "postgresql" if wish.is_postgresql else "sqlite"
    sizes = {"small": SMALL, "large": (wish.topics, wish.posts)}
    with ExitStack() as stack:
        places = {
            name: stack.enter_context(filled(folder / f"{vendor}-{name}", size, wish)) for name, size in sizes.items()
        }
        facts = {
            name: Facts.read(call(("-m", "benchmarks.forums.facts"), place.environment(DURABLE)))
            for name, place in places.items()
        }
        any_place = places["small"]
        bare = stack.enter_context(
            serving("bare", BARE_APPLICATION, free_port(), any_place.environment(BARE_SETTINGS), any_place.folder)
        )
        asking = stack.enter_context(client())
        portals = []
        for name, place in places.items():
            environment = place.environment(DURABLE)
            server = stack.enter_context(serving(name, PORTAL_APPLICATION, place.port, environment, place.folder))
            portals.append(Portal(name, Bench(bare, server, asking, facts[name].cookie, wish.effort), facts[name]))
        steps = len(portals) * (wish.effort.rounds * len(portals[0].cells) + wish.replies)
        with tqdm(total=steps, desc="measuring", unit="step", leave=False) as bar:
            bare_view = measuring.pages(portals, wish.effort.rounds, bar.update)
            measuring.replies(portals, wish.replies, bar.update)
    return publish(vendor, bare_view, portals)


def publish(vendor: str, bare: Cell, portals: list[Portal]) -> int:
    """Print the table and write the numbers; 1 if a page answered other than 200."""
    print(
        f"{vendor}, " + ", ".join(f"{one.name}: {one.facts.topics} topics, {one.facts.posts} posts" for one in portals)
    )
    print(table(bare, portals))
    for portal in portals:
        print(say_replies(portal))
    report.write(
        {
            "database": vendor,
            "commit": report.commit(),
            "machine": report.machine({}),
            "bare": report.as_json(bare),
            "portals": {
                one.name: {
                    "topics": one.facts.topics,
                    "posts": one.facts.posts,
                    "pages": [report.as_json(cell) for cell in one.cells],
                    "reply_ms": sorted(round(value, 2) for value in one.replies),
                    "long_reply_ms": sorted(round(value, 2) for value in one.long_replies),
                }
                for one in portals
            },
        },
        LATEST,
    )
    failures = list(report.failed(bare, [one.cells for one in portals]))
    print("\n".join(f"FAILED {sentence}" for sentence in failures))
    return 1 if failures else 0


def say_replies(portal: Portal) -> str:
    """What replies took, in a sentence."""
    most = REPLY_P50_MS * (GROWTH if portal.name == "large" else 1)
    verdict = "ok" if median(portal.replies) <= most else "OVER"
    return (
        f"{portal.name}: a reply took {median(portal.replies):.1f} ms (p50 of {len(portal.replies)}, "
        f"at most {most:g}: {verdict}), in a topic of 500 posts {median(portal.long_replies):.1f} ms"
    )


def table(bare: Cell, portals: list[Portal]) -> str:
    """The pages as a plain table, the small portal's row before the large one's."""
    rows: list[tuple[str, ...]] = [COLUMNS, ("", bare.page, "visitor", f"{bare.cpu_ms:.2f}", "1.0", "", "", "", "", "")]
    for small, *others in zip(*(portal.cells for portal in portals), strict=True):
        for portal, cell in zip(portals, (small, *others), strict=True):
            rows.append(_row(portal.name, cell, cell.ratio / small.ratio if small.ratio else 0))
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)


def _row(name: str, cell: Cell, growth: float) -> tuple[str, ...]:
    allowed = (cell.target.ratio or 0) * (GROWTH if name == "large" else 1)
    over = [
        *(["CPU"] if cell.ratio > allowed else []),
        *(["SQL"] if (cell.queries or 0) > (cell.target.queries or 0) else []),
        *(["GROWTH"] if growth > GROWTH else []),
    ]
    return (
        name,
        cell.page,
        cell.reader.value if cell.reader else "",
        f"{cell.cpu_ms:.2f}",
        f"{cell.ratio:.1f}",
        f"{allowed:g}",
        str(cell.queries),
        f"{cell.target.queries}",
        f"{growth:.2f}",
        f"FAILED {cell.failures}" if cell.failures else f"OVER {' and '.join(over)}" if over else "ok",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    wish = Wish(
        topics=options.topics,
        posts=options.posts,
        is_postgresql=options.postgresql,
        has_search=not options.without_search,
        effort=QUICK if options.quick else FULL,
        replies=REPLIES // 4 if options.quick else REPLIES,
    )
    try:
        if options.folder:
            return measure(options.folder.resolve(), wish)
        with TemporaryDirectory(prefix="portal-bench-forums-") as folder:
            # PostgreSQL runs as a user of its own, who must get to his directory.
            Path(folder).chmod(0o755)
            return measure(Path(folder), wish)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

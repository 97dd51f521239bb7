"""`python -m benchmarks`: prepare a portal, serve it beside the bare view, measure, print a table, keep the numbers."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from benchmarks import report, terms
from benchmarks.load import client
from benchmarks.measure import FULL, QUICK, Bench, Cell, Effort, cells_of, measure
from benchmarks.queries import Facts
from benchmarks.server import PREPARATION, BenchmarkError, Place, call, free_port, serving

BARE_APPLICATION = "benchmarks.bare.wsgi:application"
BARE_SETTINGS = "benchmarks.bare.settings"
PORTAL_APPLICATION = "portal.wsgi:application"
PRODUCTION = "portal.settings.production"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the portal's pages.")
    made.add_argument("--quick", action="store_true", help="one short round: to see that it works, not to compare")
    made.add_argument(
        "--folder", type=Path, help="keep databases and logs in this folder, instead of a temporary one that is removed"
    )
    return made


def prepare(place: Place) -> Facts:
    """Make the portal that is measured, and learn from it what the client has to ask."""
    with tqdm(PREPARATION, desc="preparing", unit="step", leave=False) as bar:
        for name, arguments, settings in bar:
            bar.set_description(name)
            call(arguments, place.environment(settings))
        bar.set_description("counting queries")
        return Facts.read(call(("-m", "benchmarks.queries"), place.environment(PRODUCTION)))


def run(place: Place, facts: Facts, effort: Effort) -> tuple[Cell, list[list[Cell]]]:
    """Serve both applications and measure them in turn."""
    groups = cells_of(facts)
    cells = sum(len(group) for group in groups)
    portal_environment = place.environment(PRODUCTION)
    bare_environment = place.environment(BARE_SETTINGS)
    with (
        serving("bare", BARE_APPLICATION, free_port(), bare_environment, place.folder) as bare,
        serving("portal", PORTAL_APPLICATION, place.port, portal_environment, place.folder) as portal,
        client() as asking,
        tqdm(total=cells * (effort.rounds + 1), desc="measuring", unit="page", leave=False) as bar,
    ):
        bench = Bench(bare=bare, portal=portal, client=asking, cookie=facts.cookie, effort=effort)
        return measure(bench, groups, bar.update), groups


def publish(
    bare: Cell,
    groups: list[list[Cell]],
    effort: Effort,
    facts: Facts,
    marking: Sequence[terms.Part],
    say: Callable[[str], object],
) -> int:
    """Print the tables, write the numbers; returns the exit code: 1 if a page answered other than 200."""
    report.write({**report.document(bare, groups, effort, facts.versions), "terms": terms.as_json(marking)})
    say(f"{report.table(bare, groups)}\n\n{terms.table(marking)}")
    say(
        "\nCPU time of the server's processes per request, SQLite within them: one worker process, "
        f"{effort.connections} connections at once, median of {effort.rounds} round(s). "
        f"All numbers: benchmarks/{report.LATEST.name}"
    )
    failures = list(report.failed(bare, groups))
    for sentence in failures:
        say(f"FAILED {sentence}")
    return 1 if failures else 0


def benchmark(folder: Path, effort: Effort) -> int:
    place = Place.at(folder)
    facts = prepare(place)
    marking = terms.read(call(("-m", "benchmarks.terms"), place.environment(PRODUCTION)))
    bare, groups = run(place, facts, effort)
    return publish(bare, groups, effort, facts, marking, print)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    effort = QUICK if options.quick else FULL
    try:
        if options.folder:
            return benchmark(options.folder.resolve(), effort)
        with TemporaryDirectory(prefix="portal-bench-") as folder:
            return benchmark(Path(folder), effort)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

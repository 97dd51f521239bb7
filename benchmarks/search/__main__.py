"""Fill a database, measure, print. In one process, so that CPU time is that of the searches and of nothing else."""

import argparse
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import django
from tqdm import tqdm

from benchmarks.server import NOT_INHERITED, Place

SETTINGS = "portal.settings.production"
RECORDS = 100_000
SEED = 6
ENGINES = ("database", "elasticsearch")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks.search", description="Measure how fast search is.")
    made.add_argument("--records", type=int, default=RECORDS, help=f"how many entries ({RECORDS})")
    made.add_argument("--engine", choices=ENGINES, default="database", help="which engine is asked")
    made.add_argument("--folder", type=Path, help="keep the database in this folder, and use it again if it is there")
    made.add_argument("--each", action="store_true", help="print every query by itself too")
    return made


def prepare(folder: Path) -> None:
    """Make this process one of a portal in `folder`, whatever the environment names."""
    for name in NOT_INHERITED:
        os.environ.pop(name, None)
    os.environ.update(Place.at(folder).environment(SETTINGS))
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def benchmark(records: int, each: bool, cluster: str | None) -> None:
    """`cluster` is where Elasticsearch is, "" to start one, None to measure the database."""
    from random import Random

    from benchmarks.search import content, measuring, report
    from benchmarks.search.queries import queries
    from benchmarks.search.words import Vocabulary
    from portal.search.models import SearchEntry

    if SearchEntry.objects.count() < records:
        with tqdm(total=records, unit="entry", desc="filling") as bar:
            filled = content.fill(records, SEED, bar.update)
        print(
            f"entries a second: {filled.live_per_second:.0f} with the index, "
            f"{filled.bulk_per_second:.0f} with the index made at the end",
            flush=True,
        )
    content.name_values()
    vocabulary = Vocabulary(Random(SEED))  # noqa: S311  (made-up content)
    viewer = measuring.member()
    texts = queries(vocabulary, SEED)
    if cluster is not None:
        from benchmarks.search import elastic

        print("\n".join(elastic.measure(texts, vocabulary.words, viewer, measuring.FACETS, cluster)))
        return
    before = _megabytes()
    began = process_time()
    next(iter(measuring.searches(texts[:1], viewer)))
    print(f"first search: {(process_time() - began) * 1000:.0f} ms CPU, {_megabytes() - before} MB more memory")
    mark = measuring.yardstick()
    costs = list(tqdm(measuring.searches(texts, viewer), total=len(texts), desc="asking", unit="query"))
    print(f"\n{records} entries, {len(texts)} queries; {mark} before, {measuring.yardstick()} after")
    print(report.by_hits(costs))
    print(f"\n{report.one_by_one(measuring.others(vocabulary.words, viewer))}")
    if each:
        print(f"\n{report.one_by_one(sorted(costs, key=lambda cost: cost.hits))}")


def _megabytes() -> int:
    """The most memory that this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kilobytes, macOS in bytes.
    return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    cluster = os.environ.get("ELASTICSEARCH_URL", "") if options.engine == "elasticsearch" else None
    with TemporaryDirectory(prefix="portal-bench-search-") as temporary:
        prepare(options.folder.resolve() if options.folder else Path(temporary))
        benchmark(max(1000, options.records), options.each, cluster)
    return 0


if __name__ == "__main__":
    sys.exit(main())

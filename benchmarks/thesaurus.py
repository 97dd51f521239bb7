"""`python -m benchmarks.thesaurus`: import a made-up thesaurus of 30,000 concepts in five languages, and export it.

Prints seconds and peak memory of each step, of a process of its own that starts with empty hands.
"""

import argparse
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.server import BenchmarkError, Place, call

CONCEPTS = 30_000
LANGUAGES = ("en", "de", "fr", "it", "nl")
SETTINGS = "portal.settings.development"
MOST_MEMORY = 1000  # megabytes
STEP_SECONDS = 3600
HEAD = (
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    "@prefix c: <http://example.org/c/> .\n"
    "<http://example.org/all> a skos:ConceptScheme ; skos:prefLabel 'Everything'@en .\n"
)


@dataclass(frozen=True, slots=True)
class Step:
    """What one command took: wall-clock seconds, and the most memory that any process so far held, in megabytes."""

    name: str
    seconds: float
    megabytes: int


def thesaurus(count: int) -> Iterator[str]:
    """`count` concepts as Turtle, each but the first below one or two others and beside one."""
    for number in range(count):
        labels = " , ".join(f"'Thing {number} in words'@{tag}" for tag in LANGUAGES)
        others = " , ".join(f"'Other name {number}'@{tag}" for tag in LANGUAGES)
        texts = " , ".join(f"'What thing {number} is, said in a sentence of some length.'@{tag}" for tag in LANGUAGES)
        above = sorted({number // 9, number // 11} - {number})
        broader = f" ; skos:broader {' , '.join(f'c:{other}' for other in above)}" if above else ""
        yield (
            f"c:{number} a skos:Concept ; skos:inScheme <http://example.org/all> ; skos:prefLabel {labels} ; "
            f"skos:altLabel {others} ; skos:definition {texts} ; skos:notation '{number}'{broader} ; "
            f"skos:related c:{(number + count // 2) % count} .\n"
        )


def write(path: Path, count: int) -> None:
    """Write the thesaurus to `path`."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(thesaurus(count))


def steps(folder: Path, count: int) -> Iterator[Step]:
    """Import the thesaurus, import it again, export it; each in a portal and a process of its own."""
    place = Place.at(folder)
    environment = place.environment(SETTINGS)
    call(("manage.py", "prepare"), environment)
    file, out = folder / "thesaurus.ttl", folder / "out.ttl"
    write(file, count)
    commands = (
        ("import", ("import_skos", str(file), "--scheme", "everything", "--verbosity", "0")),
        ("import again", ("import_skos", str(file), "--scheme", "everything", "--verbosity", "0")),
        ("export", ("export_skos", "--scheme", "everything", "--output", str(out))),
    )
    for name, arguments in commands:
        started = monotonic()
        call(("manage.py", *arguments), environment, STEP_SECONDS)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        # Linux counts in kilobytes, macOS in bytes.
        yield Step(name, monotonic() - started, peak // (1 << 20 if sys.platform == "darwin" else 1 << 10))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.thesaurus", description="Measure import and export.")
    parser.add_argument("--concepts", type=int, default=CONCEPTS, help=f"how many ({CONCEPTS})")
    count = max(2, parser.parse_args(arguments).concepts)
    print(f"{count} concepts in {len(LANGUAGES)} languages")
    done: list[Step] = []
    with TemporaryDirectory(prefix="portal-thesaurus-") as folder:
        try:
            for step in steps(Path(folder), count):
                done.append(step)
                print(f"{step.name:<14}{step.seconds:8.1f} s   peak so far {step.megabytes:5} MB", flush=True)
        except BenchmarkError as error:
            print(error, file=sys.stderr)
            return 1
    is_over = max(step.megabytes for step in done) > MOST_MEMORY
    print(f"{'OVER' if is_over else 'within'} the target of {MOST_MEMORY} MB")
    return int(is_over)


if __name__ == "__main__":
    sys.exit(main())

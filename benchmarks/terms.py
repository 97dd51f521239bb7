"""What it costs to find and to mark terms, in CPU time of one process without server, database or content.

`python -m benchmarks.terms` prints one JSON list, which `read` understands.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from statistics import median
from time import process_time

WORDS = 2000
CONCEPTS = 5000
PAGES = 20
ROUNDS = 3
MOST_MS = 2.0
COMMON = (
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "that",
    "for",
    "with",
    "as",
    "are",
    "be",
    "by",
    "or",
    "on",
    "from",
    "at",
)
SYLLABLES = ("ba", "co", "da", "fi", "go", "hu", "ji", "ke", "lo", "mu", "na", "pe", "qui", "ro", "sa", "ti", "vu")
COLUMNS = ("terms", "CPU ms", "target", "")


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of work: CPU milliseconds for one page (or one build), the most it may be, None for no target."""

    name: str
    cpu_ms: float
    target: float | None = None

    @property
    def verdict(self) -> str:
        return "" if self.target is None else "ok" if self.cpu_ms <= self.target else "OVER CPU"


def word(random: Random) -> str:
    return "".join(random.choices(SYLLABLES, k=random.randint(2, 4)))


def text(random: Random, rare: Sequence[str]) -> str:
    """Paragraphs of `WORDS` words with the markup that editors' text has.

    One word in sixteen is of the vocabulary's, the more often the further in front it stands, as in any language.
    """
    words = random.choices(COMMON, k=WORDS)
    weights = [1 / (rank + 20) for rank in range(len(rare))]
    for place, found in zip(
        random.sample(range(WORDS), WORDS // 16), random.choices(rare, weights, k=WORDS), strict=False
    ):
        words[place] = found
    for place in range(0, WORDS, 40):
        words[place] = f"</p>\n<p><strong>{words[place]}</strong>,"
        words[place + 20] = f'<a href="/cases/">{words[place + 20]}</a>’s &amp;'
    return f'<div class="prose"><p>{" ".join(words)}.</p></div>'


def measure() -> list[Part]:
    """The costs. Django must be set up, for the addresses of static files."""
    from portal.core.finishing import Place
    from taxonomy.marking import Kept, mark_with
    from taxonomy.matching import LabelRow, Matcher
    from taxonomy.snapshot import ConceptRow, Snapshot

    random = Random(5)  # noqa: S311  (the same words in every run)
    rare = sorted({word(random) for _ in range(CONCEPTS)})
    phrases = [" ".join(random.choices(rare, k=random.choice((2, 2, 3)))) for _ in range(2 * CONCEPTS)]
    labels = list(dict.fromkeys([*rare, *phrases]))[: 2 * CONCEPTS]
    rows = [LabelRow(label, label, number % CONCEPTS + 1) for number, label in enumerate(labels)]
    held = Snapshot("benchmark")
    definition = f"<p>{' '.join(random.choices(rare, k=25))}</p>"
    held.concepts = {
        number: ConceptRow(number, "agreed", None, f"Term {number}", f"term-{number}", definition)
        for number in range(1, CONCEPTS + 1)
    }
    build = spent(lambda: held.part("matcher:en", lambda: Matcher(rows)))
    pages = [text(random, rare) for _ in range(PAGES)]
    matcher = held.part("matcher:en", lambda: Matcher(rows))

    def mark(page: str) -> None:
        mark_with(held, page, Place())

    def mark_anew(page: str) -> None:
        kept.spots.clear()
        mark(page)

    mark(pages[0])
    kept: Kept = held.part("marking", lambda: Kept({}, {}))
    return [
        Part(f"matcher of {CONCEPTS} concepts, built once in a version", build),
        Part(f"mentions found in {WORDS} words", each(matcher.find, pages)),
        Part(f"a new text of {WORDS} words marked", each(mark_anew, pages), MOST_MS),
        Part("the same text marked again", each(mark, pages[:1]), MOST_MS),
    ]


def each(work: Callable[[str], object], pages: Sequence[str]) -> float:
    """CPU milliseconds for one page: the median over the pages of the best of three, by which what the terms of all
    pages need once is done."""
    return median(min(spent(lambda page=page: work(page)) for _ in range(ROUNDS)) for page in pages)  # type: ignore[misc]


def spent(work: Callable[[], object]) -> float:
    """CPU milliseconds that `work` took."""
    started = process_time()
    work()
    return (process_time() - started) * 1000


def read(output: str) -> list[Part]:
    """The parts in the last line of a process's output."""
    return [Part(**part) for part in json.loads(output.rstrip().splitlines()[-1])]


def table(parts: Sequence[Part]) -> str:
    """The parts as a plain table."""
    width = max(len(COLUMNS[0]), *(len(part.name) for part in parts))
    lines = [f"{COLUMNS[0]:<{width}}  {COLUMNS[1]:>7}  {COLUMNS[2]:>6}"]
    lines.append("-" * len(lines[0]))
    for part in parts:
        target = "-" if part.target is None else f"{part.target:g}"
        lines.append(f"{part.name:<{width}}  {part.cpu_ms:7.2f}  {target:>6}  {part.verdict}".rstrip())
    return "\n".join(lines)


def as_json(parts: Sequence[Part]) -> list[dict[str, object]]:
    return [{**asdict(part), "cpu_ms": round(part.cpu_ms, 4), "verdict": part.verdict} for part in parts]


def main() -> None:
    import django

    django.setup()
    print(json.dumps([asdict(part) for part in measure()]))


if __name__ == "__main__":
    main()

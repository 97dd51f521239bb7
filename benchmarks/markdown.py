"""`python -m benchmarks.markdown`: how long texts take to be laid out that were made to take long.

CPU milliseconds of one rendering, the best of three, against the 200 that a post may take.
"""

import sys
from dataclasses import dataclass
from time import process_time

from benchmarks.heavy_texts import HEAVY, HONEST, filled
from portal.core.text import render_markdown

MOST_MS = 200
ROUNDS = 3
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Cost:
    """What a text cost, and how long its HTML is."""

    name: str
    ms: float
    html: int


def cost_of(name: str, text: str, rounds: int = ROUNDS) -> Cost:
    """The best of some rounds: other work on the machine only ever adds."""
    best = float("inf")
    html = ""
    for _round in range(rounds):
        render_markdown.cache_clear()
        begun = process_time()
        html = render_markdown(text)
        best = min(best, process_time() - begun)
    return Cost(name, best * 1000, len(html))


def main() -> int:
    """Print the table; 1 if a text takes too long."""
    honest = cost_of("a dense report", filled(HONEST))
    costs = sorted((cost_of(name, text) for name, text in HEAVY.items()), key=lambda cost: -cost.ms)
    print(f"{'text of 65,536 characters':36}{'CPU ms':>8}{'HTML':>9}")
    for cost in (honest, *costs[:SHOWN]):
        print(f"{cost.name:36}{cost.ms:8.0f}{cost.html:9}")
    print(f"{len(costs) - SHOWN} more take less. The most that a text may take is {MOST_MS} ms.")
    return int(max(honest.ms, costs[0].ms) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())

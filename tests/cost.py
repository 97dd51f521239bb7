"""How the work grows with what it is given: of one machine and one moment, so that no bound is in seconds."""

from collections.abc import Callable
from time import process_time

ROUNDS = 3


def growth(work: Callable[[str], object], text: str, times: int) -> float:
    """How much more CPU `work` takes for `times` as much of `text`: `times` if it grows with the text, its square if it
    compares all with all."""
    return _least(work, text * times) / _least(work, text)


def _least(work: Callable[[str], object], text: str) -> float:
    costs = []
    for _ in range(ROUNDS):
        began = process_time()
        work(text)
        costs.append(process_time() - began)
    return max(min(costs), 1e-4)

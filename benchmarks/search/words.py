"""Made-up text whose words are as frequent as those of real text: the second half as often as the first (Zipf)."""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

SIZE = 60_000
SYLLABLES = (
    "ba", "ber", "ble", "ca", "co", "con", "da", "de", "fi", "fra", "go", "hu", "in", "ji", "ke", "lo", "mar", "men",
    "mu", "na", "or", "pe", "pro", "qui", "ro", "sa", "ster", "ti", "tra", "un", "vu", "we", "yo", "zi",
)  # fmt: skip
ENDINGS = ("", "", "", "s", "s", "ing", "ed", "ment", "ation", "al")
# What makes the commonest word stand in a twentieth of all places, and not in a tenth.
SHIFT = 2.7
LONGEST_BODY = 4000


class Vocabulary:
    """Words, the commonest first, and texts of them."""

    def __init__(self, random: Random, size: int = SIZE) -> None:
        self._random = random
        made: dict[str, None] = {}
        while len(made) < size:
            # Common words are short.
            syllables = 1 if len(made) < len(SYLLABLES) // 2 else random.choice((2, 2, 3, 3, 4))
            made["".join(random.choices(SYLLABLES, k=syllables)) + random.choice(ENDINGS)] = None
        self.words: Sequence[str] = tuple(made)
        self._cumulative = list(accumulate(1 / (rank + SHIFT) for rank in range(size)))

    def text(self, length: int) -> str:
        """`length` words."""
        return " ".join(self._random.choices(self.words, cum_weights=self._cumulative, k=length))

    def title(self) -> str:
        return self.text(self._random.randint(3, 10)).capitalize()

    def summary(self) -> str:
        return self.text(self._random.randint(12, 40))

    def body(self) -> str:
        """Half of the bodies have more than 150 words, one in ten more than 400, few some thousands."""
        return self.text(min(LONGEST_BODY, int(self._random.lognormvariate(5, 0.8))))

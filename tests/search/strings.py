"""Whatever somebody may type or paste, the same ones each time."""

import random
import sys
from collections.abc import Iterator

NUMBER = 10_000
HUNDRED_KILOBYTES = ["x" * 100_000, " ".join(f"w{number}" for number in range(30_000)), '"' * 100_000]
PIECES = [
    '"', "-", "*", "?", "~", "~2", "^", "^10", ":", "\\", "/", "//", "(", ")", "[", "]", "{", "}", "<", ">", "=", "!",
    "&&", "||", "+", " ", "  ", "\t", "\n", "\x00", "\x1f", "\x7f", "\u200b", "\ufeff", "\u0301", "\ud800",
    "\U0010ffff", "🦉", "👩‍👩‍👧", "AND", "OR", "NOT", "NEAR", "TO", "_exists_:", "title:", "*:*", "payroll", "payrolls",
    "e-mail", "Grants.gov", "don't", "½", "ﬁ", "ß", "İ", "日本語", "नमस्ते", "مرحبا", "a" * 600, "word " * 60,
    "x" * 100_000,
]  # fmt: skip


def strings() -> Iterator[str]:
    """The same ones each time: signs and words thrown together, and letters of all Unicode."""
    chance = random.Random(6)
    for number in range(NUMBER):
        if number % 3:
            yield "".join(chance.choices(PIECES, k=chance.randint(1, 8)))
        else:
            yield "".join(chr(chance.randrange(sys.maxunicode + 1)) for _ in range(chance.randint(1, 40)))

"""How labels and queries are compared: as their letters and digits only."""

import re
import unicodedata

# What XML cannot hold. Some of these are spaces to Python, and part words.
_UNSAYABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_RARE_SPACES = re.compile("[\x0b\x0c\x1c-\x1f]")
_ASCII_WORDS = re.compile("[a-z0-9]+")
MOST_ROUNDS = 4


def normalise(text: str) -> str:
    """The words of `text`: case and diacritics folded; hyphens, points and every other sign a single space.

    "Service-Level  Agreement" and "service level agreement" are equal here, and so are "Québec" and "quebec".
    Normalising twice gives the same string. Text without a letter or digit gives "".
    """
    for _round in range(MOST_ROUNDS):
        folded = _fold(text)
        if folded == text:
            break
        text = folded
    return text


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(_ASCII_WORDS.findall(text.lower()))
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (
        character if character.isalnum() else "" if unicodedata.category(character).startswith("M") else " "
        for character in letters
    )
    return " ".join("".join(kept).split())


def clean_line(text: str) -> str:
    """`text` as one tidy line: no control characters, no line breaks, no doubled spaces."""
    return " ".join(_UNSAYABLE.sub("", text).split())


def clean_text(text: str) -> str:
    """`text` with one kind of line break, and without what no XML can hold."""
    return _RARE_SPACES.sub(" ", _UNSAYABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))

"""How labels and queries are compared: as their letters and digits only."""

import unicodedata

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
        letters = text.lower()
    else:
        letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (
        character if character.isalnum() else "" if unicodedata.category(character).startswith("M") else " "
        for character in letters
    )
    return " ".join("".join(kept).split())


def clean_line(text: str) -> str:
    """`text` as one tidy line: no NUL bytes, no line breaks, no doubled spaces."""
    return " ".join(text.replace("\x00", "").split())

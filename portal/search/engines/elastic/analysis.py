"""How Elasticsearch takes texts apart: as SQLite's unicode61 does, so that both engines have the same words.

A word is a run of letters and digits (the categories L, N and Co of Unicode) in which diacritics are dropped. Neither
ICU nor the standard tokenizer does that: `Grants.gov` and `don't` would be one word each.
"""

import sys
import unicodedata
from functools import lru_cache
from typing import Any

from elasticsearch.dsl import analyzer, char_filter, token_filter, tokenizer
from elasticsearch.dsl.utils import DslBase

# Combining marks of Latin, Greek and Cyrillic, which unicode61 drops; others part words there too.
DIACRITICS = range(0x0300, 0x0370)
LONGEST_WORD = 600  # characters; longer than what can be asked for, shorter than what a term may hold


@lru_cache(maxsize=1)
def folding() -> list[str]:
    """Letters with diacritics → the same without, and lone diacritics → nothing, as rules of a mapping char filter."""
    rules = [rf"\u{mark:04x} => " for mark in DIACRITICS]
    for code in range(0xC0, sys.maxunicode + 1):
        letter = chr(code)
        if not unicodedata.decomposition(letter) or unicodedata.decomposition(letter).startswith("<"):
            continue
        first, *marks = list(unicodedata.normalize("NFD", letter))
        if marks and all(ord(mark) in DIACRITICS for mark in marks) and first.isalpha():
            rules.append(f"{letter} => {first}")
    return rules


def without_diacritics(text: str) -> str:
    """`text` as the rules of `folding` leave it, for where Elasticsearch does not analyse what it is asked."""
    return "".join(character for character in unicodedata.normalize("NFD", text) if ord(character) not in DIACRITICS)


def analyzers() -> tuple[DslBase, DslBase]:
    """One that compares English stems, by Porter's rules as FTS5 does, and one that keeps words as they are."""
    unmarked = char_filter("portal_folding", type="mapping", mappings=folding())
    words = tokenizer("portal_words", type="pattern", pattern=r"[\p{L}\p{N}\p{Co}]+", group=0)
    short = token_filter("portal_short", type="truncate", length=LONGEST_WORD)
    stem = token_filter("portal_stem", type="stemmer", language="english")
    common: dict[str, Any] = {"tokenizer": words, "char_filter": [unmarked]}
    return (
        analyzer("portal_english", filter=["lowercase", short, stem], **common),
        analyzer("portal_exact", filter=["lowercase", short], **common),
    )

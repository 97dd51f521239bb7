"""What is asked of an engine, whatever its language: groups of words of which each must occur, or any may."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.search import words as parsing
from portal.search.words import Group, Term, Words
from taxonomy.querysets import Synonyms
from taxonomy.text import normalise


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: `groups` of alternatives, all to occur, or any of them where `is_relaxed`.

    `strict_groups` are the same without the close matches of the vocabulary, empty where it has none. `quoted` must
    occur as they stand and `negatives` must not. `is_question`: it was asked with so many words that any will do, or
    for whatever has any of them. `is_strict`: nothing less than all will ever do.
    """

    groups: tuple[Group, ...] = ()
    strict_groups: tuple[Group, ...] = ()
    quoted: tuple[Term, ...] = ()
    negatives: tuple[Term, ...] = ()
    is_relaxed: bool = False
    is_question: bool = False
    is_strict: bool = False

    @classmethod
    def of(
        cls, words: Words, synonyms: Sequence[Synonyms], *, any_word: bool = False, all_words: bool = False
    ) -> "Asked":
        """`any_word` asks as a question does, however few words it has, and `all_words` as a look-up does, however
        many."""
        has_close = any(item.close for item in synonyms)
        strict = parsing.groups(words, synonyms, with_close=False) if has_close else ()
        asked = cls(parsing.groups(words, synonyms), strict, words.quoted, words.negatives, is_strict=all_words)
        if (any_word or parsing.is_question(words)) and (relaxed := asked.relaxed()) is not None:
            return replace(relaxed, is_question=True)
        return asked

    def relaxed(self) -> "Asked | None":
        """The same with any one word enough; quoted phrases stay. None when that would ask for the same."""
        if self.is_relaxed or self.is_strict or len(self.groups) < 2 or len(self.groups) == len(self.quoted):
            return None
        return replace(self, is_relaxed=True)

    @property
    def phrases(self) -> frozenset[Group]:
        """Those of the groups that are quoted."""
        return frozenset(((term.text,),) for term in self.quoted)

    @property
    def may_be_misspelt(self) -> tuple[str, ...]:
        """The words of a question, once each, that are neither quoted nor have other words for the same."""
        if not self.is_question:
            return ()
        single = [group[0] for group in self.groups if len(group) == 1 and group not in self.phrases]
        texts = (text for alternative in single for text in alternative)
        return tuple(dict.fromkeys(word for text in texts for word in normalise(text).split()))

    @property
    def fell_back(self) -> bool:
        """Whether any word is enough only because nothing has them all."""
        return self.is_relaxed and not self.is_question

"""Taking apart what a reader typed."""

import pytest

from portal.search.words import Term, clean, groups, parse
from taxonomy.querysets import Synonyms


def test_words_phrases_and_negatives() -> None:
    parsed = parse('payroll "service level" -cities -"old words"')
    assert parsed.terms == (Term("payroll", ("payroll",)), Term("service level", ("service", "level"), quoted=True))
    assert [term.text for term in parsed.negatives] == ["cities", "old words"]
    assert not parsed.cut


@pytest.mark.parametrize("text", ["", "   ", "🦉", "- -- —", '"" ""', "\x00"])
def test_what_says_nothing_is_nothing(text: str) -> None:
    assert parse(text).terms == ()


def test_text_is_one_line_without_control_characters_or_surrogates() -> None:
    assert clean("a\x00b\n c\ud800") == "a b c"


def test_synonyms_make_one_group_of_the_words_they_cover() -> None:
    parsed = parse("permanent secretary salary")
    synonyms = (Synonyms("permanent secretary", 0, 2, ("deputy minister",), (1,)),)
    assert groups(parsed, synonyms) == ((("permanent", "secretary"), ("deputy minister",)), (("salary",),))


def test_a_synonym_that_would_cut_a_word_or_a_quoted_phrase_is_left_out() -> None:
    synonyms = (Synonyms("service portal", 1, 3, ("desk",), (1,)),)
    assert groups(parse("self-service portal"), synonyms) == ((("self-service",),), (("portal",),))
    assert groups(parse('self service "portal"'), synonyms) == ((("self",),), (("service",),), (("portal",),))


def test_little_words_inside_a_synonym_stay() -> None:
    synonyms = (Synonyms("right to leave", 0, 3, ("exit right",), (1,)),)
    assert groups(parse("right to leave"), synonyms) == ((("right", "to", "leave"), ("exit right",)),)


def test_a_word_too_many_is_cut_with_all_after_it() -> None:
    parsed = parse(" ".join(f"w{number}" for number in range(50)))
    assert (len(parsed.terms), parsed.cut) == (40, True)

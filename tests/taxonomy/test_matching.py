"""The matcher against a slow reading of its rules, and the rules one by one."""

import string
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy import matching, services
from taxonomy.matching import LabelRow, Matcher, Mention
from taxonomy.models import Status
from taxonomy.rules import LabelSpec
from taxonomy.text import normalise
from tests.factories.taxonomy import concept

LETTERS = "abIT éÉe\u0301ßſ½ﬁ-–.,&'’ \n\t()1²İ字\u00ad\u034f\u0345"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=40) | st.text(max_size=30)
LABELS = st.lists(st.text(st.sampled_from(LETTERS), min_size=1, max_size=6) | st.text(max_size=8), max_size=8)


def matcher(*labels: str) -> Matcher:
    """A matcher of labels whose concepts are numbered from 1."""
    return Matcher(LabelRow(text, normalise(text), number) for number, text in enumerate(labels, 1))


def found(text: str, *labels: str) -> list[str]:
    return [text[mention.start : mention.end] for mention in matcher(*labels).find(text)]


def runs_of_letters(text: str) -> list[tuple[int, int]]:
    """Where words may begin and end: runs of what normalises to something, with the marks that follow."""
    runs: list[list[int]] = []
    is_open = False
    for place, character in enumerate(text):
        if normalise(character):
            if is_open:
                runs[-1][1] = place + 1
            else:
                runs.append([place, place + 1])
            is_open = True
        elif is_open and all(unicodedata.category(c)[0] == "M" for c in unicodedata.normalize("NFKD", character)):
            runs[-1][1] = place + 1
        else:
            is_open = False
    return [(start, end) for start, end in runs]


def slow_reading(text: str, labels: list[str]) -> list[Mention]:
    """Every stretch between word boundaries compared with every label; the longest, then the leftmost, kept."""
    wanted = [(number, label) for number, label in enumerate(labels, 1) if len(normalise(label)) > 1]
    runs = runs_of_letters(text)
    hits: list[tuple[int, int, int, tuple[int, ...]]] = []
    for first, (start, _end) in enumerate(runs):
        for _start, end in runs[first:]:
            stretch = text[start:end]
            words = normalise(stretch)
            same = [(number, label) for number, label in wanted if normalise(label) == words]
            if " " in words and matching._BREAK.search(stretch):
                written = [" ".join(label.casefold().split()) for _number, label in same]
                if " ".join(stretch.casefold().split()) not in written:
                    continue
            ids = tuple(
                number for number, label in same if stretch.isupper() or not (label.isupper() and len(label) <= 6)
            )
            if ids:
                hits.append((-words.count(" "), start, end, ids))
    kept: list[Mention] = []
    for _size, start, end, ids in sorted(hits):
        if all(end <= other.start or start >= other.end for other in kept):
            kept.append(Mention(start, end, ids))
    return sorted(kept)


@given(TEXTS, LABELS)
def test_the_matcher_finds_what_a_slow_reading_finds(text: str, labels: list[str]) -> None:
    assert matcher(*labels).find(text) == slow_reading(text, labels)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_label_in_a_text_is_found_at_its_place_and_never_inside_a_word(before: str, after: str) -> None:
    text = f"{before} shared service {after}"
    mentions = matcher("Shared-Service").find(text)
    assert Mention(len(before) + 1, len(before) + 15, (1,)) in mentions
    for mention in mentions:
        assert normalise(text[mention.start : mention.end]) == "shared service"
        for beside in (text[: mention.start][-1:], text[mention.end :][:1]):
            assert not normalise(beside)


@given(st.text(string.ascii_letters + " -", max_size=60))
def test_what_is_found_never_overlaps(text: str) -> None:
    mentions = matcher("a a", "a", "aa", "b a a", "aa b").find(text)
    assert all(first.end <= second.start for first, second in pairwise(mentions))


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("The Service-Level Agreement ends.", ["service level agreement"], ["Service-Level Agreement"]),
        ("A service\nlevel agreement", ["Service-level agreement"], ["service\nlevel agreement"]),
        ("le rapport Québécois", ["quebecois"], ["Québécois"]),
        ("Quebecois", ["québécois"], ["Quebecois"]),
        ("service level agreement", ["service level", "level agreement", "service"], ["service level"]),
        (
            "a shared service centre",
            ["shared service", "service centre manager", "centre"],
            ["shared service", "centre"],
        ),
        ("shared service desk manager", ["shared service", "service desk manager"], ["service desk manager"]),
        ("it is hr and IT", ["IT", "HR"], ["IT"]),
        ("ITIL and it", ["IT"], []),
        ("The SLA. An sla.", ["SLA", "service level agreement"], ["SLA"]),
        ("shared. Service", ["shared service"], []),
        ("shared, service", ["shared service"], []),
        ("shared – service", ["shared service"], []),
        ("the U.S. Government", ["U.S. Government"], ["U.S. Government"]),
        ("u s government", ["U.S. Government"], ["u s government"]),
        ("on Grants.gov.", ["Grants.gov"], ["Grants.gov"]),
        ("the provider’s board", ["provider"], ["provider"]),
        ("non-provider", ["provider"], ["provider"]),
        ("provider_x x_provider providers", ["provider"], ["provider", "provider"]),
        ("A plan", ["A", "I"], []),
        ("Straße, STRASSE", ["strasse"], ["Straße", "STRASSE"]),
        ("2½ tons", ["1 2", "21 2 tons"], ["2½ tons"]),
        ("e\u0301tat e\u0301", ["état"], ["e\u0301tat"]),
        ("", ["provider"], []),
    ],
)
def test_words_fold_as_labels_do_and_the_longest_wins(text: str, labels: list[str], expected: list[str]) -> None:
    assert found(text, *labels) == expected


def test_a_label_of_two_concepts_offers_both() -> None:
    assert matcher("Chair", "chair").find("the chair") == [Mention(4, 9, (1, 2))]


def test_a_word_in_capitals_is_found_as_an_acronym_and_as_a_word() -> None:
    both = matcher("IT", "it")
    assert [mention.concept_ids for mention in both.find("it and IT")] == [(2,), (1, 2)]


@pytest.mark.django_db
def test_only_labels_of_agreed_concepts_are_found_hidden_ones_too() -> None:
    sure = concept("Chargeback", alt=["cross charge"], labels=[LabelSpec("charge bakc", kind="hidden")])
    concept("Showback", status=Status.PROPOSED)
    concept("Drawback", status=Status.DRAFT)
    text = "chargeback, showback, drawback, charge bakc, cross-charge"
    assert [(text[m.start : m.end], m.concept_ids) for m in matching.matcher().find(text)] == [
        ("chargeback", (sure.pk,)),
        ("charge bakc", (sure.pk,)),
        ("cross-charge", (sure.pk,)),
    ]


@pytest.mark.django_db
def test_a_deprecated_label_leads_to_what_replaces_it_and_one_without_a_replacement_nowhere() -> None:
    new, older, oldest, lost = concept("Hub"), concept("Centre of gravity"), concept("Gravity well"), concept("Nexus")
    services.deprecate(oldest, older)
    services.deprecate(older, new)
    services.deprecate(lost)
    found = matching.matcher().find("gravity well; centre of gravity; nexus; hub")
    assert [mention.concept_ids for mention in found] == [(new.pk,)] * 3


@pytest.mark.django_db
def test_the_labels_of_one_language_are_found_with_its_regions() -> None:
    board = concept("Board", labels=[LabelSpec("conseil", "fr"), LabelSpec("comité", "fr-CA", "CA")])
    english, french = matching.matcher(), matching.matcher("fr-BE")
    assert [m.concept_ids for m in french.find("le conseil, le comité, the board")] == [(board.pk,)] * 2
    assert [m.start for m in english.find("le conseil, the board")] == [16]


@pytest.mark.django_db
def test_a_new_label_is_found_at_once() -> None:
    board = concept("Board")
    assert not matching.matcher().find("steering group")
    services.set_labels(board, [LabelSpec("steering group")])
    assert matching.matcher().find("steering group")

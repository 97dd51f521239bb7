"""What holds for any vocabulary: closure equals brute force, normalising is idempotent, expansion finds whole words."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from taxonomy import closure, services
from taxonomy.models import Ancestry, Concept
from taxonomy.querysets import ancestors_of, expand
from taxonomy.rules import VocabularyError
from taxonomy.text import normalise
from tests.factories.taxonomy import SchemeFactory, concept

SIZE = 5
EDITS = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.sets(st.integers(0, SIZE - 1), max_size=3)), min_size=1, max_size=6
)
GRAPHS = st.dictionaries(st.integers(0, 8), st.sets(st.integers(0, 8), max_size=4))
WORDS = st.text(alphabet="abcé -", min_size=1, max_size=8).filter(normalise)


def by_brute_force(broader: Mapping[int, set[int]]) -> dict[int, dict[int, int]]:
    """Every (concept, ancestor) with the length of the shortest way, by walking all ways without repetition."""
    found: dict[int, dict[int, int]] = {}

    def walk(start: int, at: int, steps: int, way: frozenset[int]) -> None:
        for above in broader.get(at, set()) - way:
            depths = found.setdefault(start, {})
            depths[above] = min(depths.get(above, steps), steps)
            walk(start, above, steps + 1, way | {above})

    for start in broader:
        walk(start, start, 1, frozenset({start}))
    return found


@given(GRAPHS)
def test_ancestors_are_those_of_brute_force_and_cycles_end(graph: dict[int, set[int]]) -> None:
    expected = by_brute_force(graph)
    for start in graph:
        assert closure.ancestors(start, graph) == expected.get(start, {})


@given(GRAPHS)
def test_a_cycle_is_found_exactly_when_some_concept_reaches_itself(graph: dict[int, set[int]]) -> None:
    def reaches_itself(start: int) -> bool:
        seen: set[int] = set()
        ahead = set(graph.get(start, ()))
        while ahead:
            at = ahead.pop()
            if at == start:
                return True
            if at not in seen:
                seen.add(at)
                ahead |= graph.get(at, set())
        return False

    link = closure.find_cycle(graph)
    assert (link is not None) == any(reaches_itself(start) for start in graph)
    if link is not None:
        assert link[1] in graph[link[0]]
        assert reaches_itself(link[0])


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == " ".join(once.split())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Service-Level  Agreement", "service level agreement"),
        ("Québec", "quebec"),
        ("Grants.gov", "grants gov"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁnance — ﬂeet", "finance fleet"),
        ("İstanbul", "istanbul"),
        ("\x00…", ""),
        ("e‑mail", "e mail"),
    ],
)
def test_labels_are_compared_by_letters_and_digits(written: str, words: str) -> None:
    assert normalise(written) == words


class ClosureInTheDatabase(TestCase):
    """The rows after any sequence of accepted and refused edits."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(EDITS)
    def test_any_edits_leave_the_rows_that_brute_force_gives(self, edits: list[tuple[int, set[int]]]) -> None:
        scheme = SchemeFactory()
        concepts = [concept(scheme=scheme) for _number in range(SIZE)]
        links: dict[int, set[int]] = {}
        for below, above in edits:
            wanted = {**links, concepts[below].pk: {concepts[number].pk for number in above}}
            has_circle = closure.find_cycle(wanted) is not None
            try:
                services.set_broader(concepts[below], [concepts[number] for number in sorted(above)])
            except VocabularyError:
                assert has_circle
            else:
                assert not has_circle
                links = wanted
        expected = {
            (pk, above, depth) for pk, depths in by_brute_force(links).items() for above, depth in depths.items()
        }
        assert set(Ancestry.objects.values_list("concept_id", "ancestor_id", "depth")) == expected
        found = ancestors_of([made.pk for made in concepts])
        assert found == {made.pk: {above for pk, above, _depth in expected if pk == made.pk} for made in concepts}


class Expansion(TestCase):
    """Synonyms of random phrases in random vocabularies."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=3), st.lists(WORDS, max_size=5))
    def test_phrases_are_whole_words_longest_first_and_never_overlap(
        self, groups: list[list[str]], query: list[str]
    ) -> None:
        for group in groups:
            try:
                concept(group[0], alt=group[1:])
            except VocabularyError:
                continue
        words = normalise(" ".join(query)).split()
        found = expand(" ".join(query))
        assert [item.start for item in found] == sorted(item.start for item in found)
        taken: set[int] = set()
        for item in found:
            span = set(range(item.start, item.end))
            assert item.phrase == " ".join(words[item.start : item.end])
            assert not span & taken
            taken |= span
            for pk in item.concept_ids:
                labels = {normalise(text) for text in Concept.objects.get(pk=pk).labels.values_list("text", flat=True)}
                assert item.phrase in labels
            assert item.phrase not in {normalise(text) for text in item.alternatives}

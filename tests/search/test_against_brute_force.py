"""Random entries, audiences and queries: what the engine answers is what a plain loop over the entries says."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.models import Audience
from portal.core.viewer import Viewer
from portal.search.contract import SearchEngine
from portal.search.models import SearchEntry
from portal.search.services import suggest
from tests.factories.search import entry, take_out
from tests.search.conftest import find

# Words that are their own stem, so that a loop needs no stemmer.
WORDS = ["fleet", "tax", "grant", "audit", "board"]
FACETS = {"level": ["local", "state", "federal"], "line": ["hr", "it"]}
COUNTED = ("kind", "level", "line")


@dataclass(frozen=True)
class Thing:
    """An entry, and what the loop knows of it."""

    words: tuple[str, ...]
    kind: str
    audience: int
    level: frozenset[str]
    line: frozenset[str]

    def values(self, facet: str) -> frozenset[str]:
        return frozenset({self.kind}) if facet == "kind" else getattr(self, facet)


@dataclass(frozen=True)
class Question:
    words: tuple[str, ...]
    phrase: tuple[str, ...]
    without: frozenset[str]
    kinds: frozenset[str]
    filters: dict[str, frozenset[str]]
    audiences: frozenset[int]

    @property
    def text(self) -> str:
        phrase = [f'"{" ".join(self.phrase)}"'] if self.phrase else []
        return " ".join([*self.words, *phrase, *(f"-{word}" for word in sorted(self.without))])

    def admits(self, thing: Thing, relaxed: bool) -> bool:
        has = [word in thing.words for word in self.words]
        spans = [thing.words[at : at + len(self.phrase)] for at in range(len(thing.words))]
        by_words = not has or bool(self.phrase and relaxed) or (any(has) if relaxed else all(has))
        return (
            by_words
            and (not self.phrase or self.phrase in spans)
            and not self.without & set(thing.words)
            and (not self.kinds or thing.kind in self.kinds)
            and thing.audience in self.audiences
        )

    def passes(self, thing: Thing, but: str = "") -> bool:
        return all(thing.values(facet) & chosen for facet, chosen in self.filters.items() if facet != but and chosen)


def some(values: list[Any]) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(values), max_size=len(values))


things = st.builds(
    Thing,
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(tuple),
    kind=st.sampled_from(["case", "tool"]),
    audience=st.sampled_from([1, 2, 3]),
    level=some(FACETS["level"]),
    line=some(FACETS["line"]),
)
questions = st.builds(
    Question,
    words=st.lists(st.sampled_from([*WORDS, "zeppelin"]), max_size=3, unique=True).map(tuple),
    phrase=st.one_of(st.just(()), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(tuple)),
    without=some(WORDS).filter(lambda words: len(words) < 3),
    kinds=some(["case", "tool"]),
    filters=st.fixed_dictionaries(
        {}, optional={"level": some(FACETS["level"]), "line": some([*FACETS["line"], "absent"]), "kind": some(["case"])}
    ),
    audiences=some([1, 2, 3]),
)


@pytest.fixture
def _audiences(db: None) -> None:
    for pk, key in ((2, "member"), (3, "7")):
        Audience.objects.update_or_create(pk=pk, defaults={"key": key})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(things, max_size=12), st.lists(questions, min_size=3, max_size=6))
@pytest.mark.usefixtures("_audiences")
def test_hits_totals_and_counts_are_those_of_a_plain_loop(
    engine: SearchEngine, have: list[Thing], asked: list[Question]
) -> None:
    with transaction.atomic():
        by_pk = {
            entry(
                " ".join(thing.words),
                kind=thing.kind,
                audience_id=thing.audience,
                facets={"level": thing.level, "line": thing.line},
            ).object_pk: thing
            for thing in have
        }
        for question in asked:
            check(question, by_pk)
        take_out(*SearchEntry.objects.values_list("key", flat=True))
        assert engine.verify() == []


def check(question: Question, by_pk: dict[int, Thing]) -> None:
    page = find(
        question.text,
        Viewer(audiences=question.audiences),
        kinds=tuple(sorted(question.kinds)),
        filters=question.filters,
        facets=COUNTED,
        size=50,
    )
    scope = [pk for pk, thing in by_pk.items() if question.admits(thing, relaxed=False)]
    relaxed = not scope and bool(question.words) and len(question.words) + bool(question.phrase) > 1
    if relaxed:
        scope = [pk for pk, thing in by_pk.items() if question.admits(thing, relaxed=True)]
    expected = {pk for pk in scope if question.passes(by_pk[pk])}
    assert {hit.pk for hit in page.hits} == expected
    assert page.total == len(expected) == len(page.hits)
    for facet in COUNTED:
        tally: Counter[str] = Counter()
        for pk in scope:
            if question.passes(by_pk[pk], but=facet):
                tally.update(by_pk[pk].values(facet))
        counted = {v.value: v.count for found in page.facets if found.name == facet for v in found.values if v.count}
        assert counted == dict(tally), facet


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.text(alphabet=st.characters(), max_size=60),
    st.text(max_size=20),
    st.sampled_from(["relevance", "newest", "title", "\x00"]),
    st.integers(min_value=1, max_value=100_000),
)
def test_no_text_makes_the_engine_fail(engine: SearchEngine, text: str, value: str, sort: str, page: int) -> None:
    if not SearchEntry.objects.exists():
        entry("Payroll ½ ǅ 日本語 नमस्ते", body="ﬁne ß İ \u0301")
    found = find(
        text, sort=sort, page=page, filters={"level": frozenset({value.replace("\x00", "")})}, facets=("level",)
    )
    assert found.total in {0, 1}
    suggest(text, Viewer())

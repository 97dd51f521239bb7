"""Which of the entries found come first on SQLite where very many have the words that are asked for."""

from collections.abc import Callable
from types import ModuleType

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.viewer import Viewer
from portal.search import engines
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.sqlite import bytemap, matching, rare, scoring
from portal.search.models import SearchEntry
from portal.search.words import parse
from taxonomy.querysets import Synonyms
from tests.factories.search import entry, private_audience
from tests.search.conftest import find, titles

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL ranks by itself")

VISITOR = Viewer(user_id=None, audiences=frozenset({PUBLIC_AUDIENCE_ID}))

Bound = Callable[..., None]


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> Bound:
    """Sets bounds of a module by their names."""

    def to(module: ModuleType, **bounds: int) -> None:
        for name, value in bounds.items():
            monkeypatch.setattr(module, name, value)

    return to


@pytest.mark.django_db
class TestManyCommonWords:
    """Of many words only the telling ones are scored by; nothing found is lost."""

    @pytest.fixture(autouse=True)
    def _bounds(self, bound: Bound) -> None:
        bound(scoring, FEW_ENTRIES=0, FEW_HITS=0, FEW_WITH_SEVERAL=0, MOST_SCORED=2)

    def test_the_rarest_come_first_and_the_others_behind_on_every_page(self) -> None:
        for number in range(9):
            entry(f"Payroll tax fleet audit {number}")
        entry("Zeppelin")
        text = "payroll tax fleet audit zeppelin"
        pages = [titles(find(text, size=4, page=page)) for page in (1, 2, 3)]
        assert find(text).total == 10
        assert pages[0][0] == "Zeppelin"
        assert [len(page) for page in pages] == [4, 4, 2]
        assert len({title for page in pages for title in page}) == 10

    def test_where_all_must_occur_all_that_have_them_are_found(self) -> None:
        for number in range(5):
            entry(f"Payroll tax fleet audit {number}")
        entry("Payroll tax fleet")
        # Quotation marks make it no question, of which any word would do.
        page = find('payroll tax fleet "audit"')
        assert page.total == len(page.hits) == 5

    def test_words_of_every_second_entry_tell_nothing_and_are_not_scored_by(self, bound: Bound) -> None:
        bound(scoring, FEW_HITS=1000)
        for number in range(60):
            entry(f"Payroll {number}")
        entry("Payroll zeppelin")
        entry("Payroll by zeppelin")
        asked = Asked.of(parse("payroll zeppelin"), ())
        found = matching.answer(SearchQuery(text="payroll zeppelin"), VISITOR, asked)
        assert found is not None
        assert scoring.telling(found, asked) == ((("zeppelin",),),)
        assert titles(find("payroll zeppelin")) == ["Payroll zeppelin", "Payroll by zeppelin"]
        assert find("payroll").total == 62


@pytest.mark.django_db
class TestRareWords:
    """Where any word will do, only the rare ones are looked up; nothing is found for absent words alone."""

    @pytest.fixture(autouse=True)
    def _bounds(self, bound: Bound) -> None:
        bound(rare, FEW_ENTRIES=0, MOST_LOOKED_UP=3)

    def alike(self, text: str, viewer: Viewer | None = None, **more: object) -> set[str]:
        return set(titles(find(text, viewer, any_word=True, **more)))

    def test_common_words_are_not_looked_up_but_where_there_are_no_others(self, bound: Bound) -> None:
        for number in range(9):
            entry(f"Payroll tax {number}")
        entry("Zeppelin tax")
        entry("Zeppelin fleet")
        assert self.alike("payroll tax zeppelin") == {"Zeppelin tax", "Zeppelin fleet"}
        assert len(self.alike("payroll tax")) == 9
        bound(rare, FEW_ENTRIES=100)
        assert len(self.alike("payroll tax zeppelin")) == 11

    def test_a_word_that_nothing_has_leaves_the_others(self) -> None:
        for number in range(9):
            entry(f"Payroll tax {number}")
        assert len(self.alike("payrol tax")) == 9
        assert len(self.alike("quincunx payroll tax")) == 9

    def test_what_only_another_kind_has_leaves_the_others(self) -> None:
        for number in range(9):
            entry(f"Payroll {number}", kind="topic")
        entry("Zeppelin", kind="case")
        assert len(self.alike("zeppelin payroll", kinds=("topic",))) == 9

    def test_what_others_see_changes_nothing_that_an_outsider_finds(self) -> None:
        for number in range(4):
            entry(f"Payroll tax {number}")
        entry("Zeppelin tax")
        before = self.alike("payroll zeppelin")
        hidden = private_audience()
        for number in range(9):
            SearchEntry.objects.filter(pk=entry(f"Zeppelin {number}").pk).update(audience=hidden)
        assert self.alike("payroll zeppelin") == before

    def test_close_matches_stay_beside_their_words(self) -> None:
        for number in range(9):
            entry(f"In house payroll {number}")
        close = Synonyms("in house", start=0, end=2, alternatives=(), concept_ids=(), close=("insourcing",))
        asked = Asked.of(parse("in house payroll zeppelin"), (close,), any_word=True)
        assert len(asked.groups) == len(asked.strict_groups) == 3
        kept = rare.rare(SearchQuery(text="x"), VISITOR, asked)
        assert len(kept.groups) == len(kept.strict_groups)
        for group, strict in zip(kept.groups, kept.strict_groups, strict=True):
            assert group[: len(strict)] == strict


@pytest.mark.django_db
class TestLots:
    """Where very many have all the words, titles come first, then summaries, and every page is still whole."""

    @pytest.mark.parametrize("size", [1, 3, 4, 20])
    @pytest.mark.parametrize("asked", ["payroll", "payroll tax"])
    def test_titles_come_first_then_summaries_then_the_rest(self, bound: Bound, asked: str, size: int) -> None:
        bound(scoring, FEW_IN_ONE_LOT=0, FEW_WITH_SEVERAL=0)
        for number in range(3):
            entry(f"In the text {number}", body="payroll tax " * 50)
            entry(f"In the summary {number}", summary="payroll tax")
            entry(f"Payroll tax in the title {number}")
        found = [title for page in range(1, 10) for title in titles(find(asked, size=size, page=page))][:9]
        assert len(set(found)) == 9
        assert [title.split(" the ")[1][:2] for title in found] == ["ti"] * 3 + ["su"] * 3 + ["te"] * 3

    def test_a_close_match_makes_no_title_come_first(self, bound: Bound) -> None:
        bound(scoring, FEW_IN_ONE_LOT=0)
        close = Synonyms("payroll", start=0, end=1, alternatives=(), concept_ids=(), close=("wages",))
        entry("Wages")
        entry("Something else", body="payroll payroll payroll")
        query = SearchQuery(text="payroll", size=20)
        page = engines.named("database").search(query, VISITOR, (close,))
        assert [SearchEntry.objects.get(key=shown.key).title for shown in page.entries] == ["Something else", "Wages"]


@pytest.mark.django_db
class TestPhrasesOfCommonWords:
    """Where few have a phrase of words that very many have, titles come first, then the ones recorded last."""

    @pytest.fixture(autouse=True)
    def _bounds(self, bound: Bound) -> None:
        bound(scoring, FEW_ENTRIES=0, COMMON=5, TIMES_AS_MANY=2)
        for number in range(20):
            entry(f"Common {number}", body="tax paid on a payroll then " * 3)

    @pytest.mark.parametrize("size", [1, 2, 20])
    def test_titles_come_first_then_the_ones_recorded_last_on_every_page(self, size: int) -> None:
        entry("Written early", summary="All about payroll tax")
        entry("Payroll tax in the title")
        entry("Written late", body="Payroll tax")
        found = [title for page in (1, 2, 3) for title in titles(find('"payroll tax"', size=size, page=page))][:3]
        assert found == ["Payroll tax in the title", "Written late", "Written early"]

    @pytest.mark.parametrize("text", ['"payroll tax" audit', '"tax audit"'])
    def test_a_word_besides_them_or_a_rare_one_within_is_scored_by(self, text: str) -> None:
        entry("Once", body="Payroll tax audit and so on and on")
        entry("Often", body="Payroll tax audit audit audit")
        asked = Asked.of(parse(text), ())
        found = matching.answer(SearchQuery(text=text), VISITOR, asked)
        assert found is not None
        assert ("audit",) in [alternative for group in scoring.telling(found, asked) for alternative in group]
        assert titles(find(text)) == ["Often", "Once"]


@pytest.mark.django_db
@given(st.sets(st.integers(0, 300)), st.integers(0, 300), st.integers(0, 600))
def test_sqlite_finds_in_the_bytes_of_a_set_what_is_in_it(some: set[int], first: int, asked: int) -> None:
    for ids in (BitMap(some), BitMap(range(first, 301)) - BitMap(some)):
        with connection.cursor() as cursor:
            statement = f"SELECT {bytemap.HAS_ROW} FROM (SELECT %s AS rowid)"  # noqa: S608  (no value is part of it)
            cursor.execute(statement, [bytemap.of(ids), asked])
            assert bool(cursor.fetchone()[0]) == (asked in ids)

"""What a query means, for every engine."""

from datetime import UTC, date, datetime

import pytest

from portal.core.viewer import Viewer
from portal.search.contract import HitPart, SearchEngine
from portal.search.services import suggest
from taxonomy.models.vocabulary import LabelKind
from taxonomy.services import LabelSpec
from tests.factories.search import change, entry, private_audience, take_out
from tests.factories.taxonomy import concept
from tests.search.conftest import counts, find, titles

pytestmark = pytest.mark.usefixtures("engine")


def test_words_are_found_by_their_stem_in_any_case_and_without_diacritics() -> None:
    entry("Governing shared services", body="A Québec ministry consolidated payrolls.")
    assert find("GOVERNED").total == 1
    assert find("quebec consolidation").total == 1
    assert find("Payroll").total == 1


def test_all_words_must_occur_anywhere_in_the_entry() -> None:
    entry("Payroll", summary="in five counties")
    entry("Payroll", body="in one city")
    assert find("counties payroll").total == 1


def test_a_question_is_searched_without_its_little_words() -> None:
    entry("Charging for payroll")
    page = find("how do we charge for the payroll?")
    assert (page.total, page.relaxed) == (1, False)


def test_little_words_alone_are_searched_for() -> None:
    entry("What are you selling")
    entry("Payroll")
    assert titles(find("what are you")) == ["What are you selling"]


def test_a_quoted_phrase_is_exact_and_unstemmed() -> None:
    entry("Service level agreement")
    entry("Services, levels and an agreement")
    entry("Agreements on service levels")
    assert titles(find('"service level"')) == ["Service level agreement"]
    assert titles(find("“service level”")) == ["Service level agreement"]
    assert find("service level agreement").total == 3


def test_a_phrase_that_was_never_closed_is_a_phrase() -> None:
    entry("Service level agreement")
    entry("Level of service")
    assert titles(find('"service level')) == ["Service level agreement"]


def test_negatives_are_taken_away_and_alone_they_subtract_from_everything() -> None:
    entry("Payroll in counties")
    entry("Payroll in cities")
    entry("Fleet in cities")
    assert titles(find("payroll -cities")) == ["Payroll in counties"]
    assert titles(find("-cities")) == ["Payroll in counties"]
    assert titles(find('-"fleet in"', sort="title")) == ["Payroll in cities", "Payroll in counties"]


def test_a_hyphenated_word_is_one_phrase_and_its_hyphen_no_minus() -> None:
    entry("E-mail consolidation")
    entry("Mail room of group E")
    assert titles(find("e-mail")) == ["E-mail consolidation"]
    assert titles(find("e mail consolidation")) == ["E-mail consolidation"]


def test_an_address_is_a_phrase_of_its_words() -> None:
    entry("Grants.gov")
    entry("Gov grants")
    assert titles(find("grants.gov")) == ["Grants.gov"]


@pytest.mark.parametrize(
    "text",
    [
        "title:payroll", "payroll OR fleet", "NEAR(payroll fleet)", "payroll*", "^payroll", "payroll AND", '"', "-",
        '""', "{title} : payroll",
        "(", "payroll' OR 1=1 --", "-\"", "*", "+payroll", "a" * 5000, "\x00payroll\x00", "🦉",
        "🦉 payroll", "%s %(x)s", "\ud800",
    ],
)  # fmt: skip
def test_no_syntax_reaches_the_engine(text: str) -> None:
    entry("Payroll")
    entry("Fleet")
    page = find(text)
    assert page.total in {0, 1, 2}
    suggest(text, Viewer())


def test_signs_are_not_words_and_operators_are() -> None:
    entry("Payroll")
    entry("Fleet and near misses")
    assert titles(find("🦉 payroll*")) == ["Payroll"]
    assert titles(find("NEAR fleet")) == ["Fleet and near misses"]


def test_only_who_typed_nothing_browses_everything() -> None:
    entry("Payroll")
    entry("Fleet")
    assert find("").total == 2
    assert find("🦉 —").total == 0


def test_a_very_long_query_is_cut_and_says_so() -> None:
    entry("Payroll")
    page = find(" ".join(["payroll"] * 50))
    assert page.total == 1
    assert page.notices == ("Only the first 40 words, up to 500 characters, were searched for.",)


def test_a_pasted_question_finds_what_has_any_of_its_words_the_best_first() -> None:
    entry("Fleet")
    entry("Payroll of teachers", body="How a county pays the teachers of nine districts.")
    page = find(
        "We are nine school districts and want to pay all our teachers from one payroll run by the county, "
        "did anybody do this with a vendor, and what did it cost per payslip?"
    )
    assert titles(page) == ["Payroll of teachers"]
    assert not page.relaxed
    assert page.notices == ("You asked with several words: these have some of them, the best first.",)


def test_days_are_inclusive_and_facets_are_counted_within_them() -> None:
    for day in (1, 2, 3):
        entry(f"Day {day}", published_at=datetime(2026, 3, day, 23, 59, tzinfo=UTC), facets={"level": [f"l{day}"]})
    entry("Undated", facets={"level": ["l0"]})
    page = find(since=date(2026, 3, 2), until=date(2026, 3, 2), facets=("level",))
    assert titles(page) == ["Day 2"]
    assert counts(page, "level") == {"l2": 1}
    assert find(since=date(2026, 3, 2)).total == 2
    assert find(until=date(2026, 3, 2)).total == 3
    assert find(until=date.max).total == 4


def test_a_thing_of_midnight_stands_on_the_page_of_its_day() -> None:
    entry("Midnight", published_at=datetime(2026, 3, 2, tzinfo=UTC))
    page = find(since=date(2026, 3, 2), sort="newest")
    assert (page.total, titles(page)) == (1, ["Midnight"])


def test_a_text_in_another_language_is_not_spelt_word_by_word() -> None:
    entry("Payroll")
    assert find("pyaroll").suggestion == "payroll"
    assert find("pyaroll tämä on toinen kieli jota kukaan ei puhu täällä").suggestion == ""


def test_the_most_useful_first() -> None:
    entry("Little", usefulness=1, published_at=datetime(2026, 3, 1, tzinfo=UTC))
    entry("Most", usefulness=900)
    entry("Older and little", usefulness=1)
    assert titles(find(sort="useful")) == ["Most", "Little", "Older and little"]


def test_a_facet_is_answered_whole_where_more_is_asked_for() -> None:
    for number in range(30):
        entry(facets={"level": [f"l{number:02}"], "place": [f"p{number:02}"]})
    page = find(facets=("level", "place"), more="level")
    assert len(counts(page, "level")) == 30
    assert len(counts(page, "place")) == 15
    assert [facet.truncated for facet in page.facets] == [False, True]


def test_a_hit_says_where_its_words_are_and_marks_them_in_the_title() -> None:
    entry("Payroll <b>", summary="In one city", body="The payrolls of counties & towns.")
    hit = find("payroll counties").hits[0]
    assert hit.title_html == "<mark>Payroll</mark> &lt;b&gt;"
    assert hit.snippet == "The <mark>payrolls</mark> of <mark>counties</mark> &amp; towns."
    assert hit.reasons == ("in its title", "in its text")


def test_a_hit_shows_the_passage_in_which_its_words_stand() -> None:
    passages = [[0, "/t/1/#post-1", "Question"], [26, "/t/1/#post-2", "Answer"]]
    entry("Fleet", body="Who has a pool of & cars? A county near here pools vans.", passages=passages)
    assert [find(word).hits[0].part for word in ("cars", "vans", "fleet")] == [
        HitPart("Question", "/t/1/#post-1"), HitPart("Answer", "/t/1/#post-2"), None
    ]  # fmt: skip


def test_a_hit_past_its_review_date_is_stale() -> None:
    entry("Old advice", review_by=date(2020, 1, 1))
    entry("Good advice", review_by=date(2999, 1, 1))
    entry("Any advice")
    assert {hit.title: hit.stale for hit in find("advice").hits} == {
        "Old advice": True, "Good advice": False, "Any advice": False
    }  # fmt: skip


def test_where_nothing_has_all_the_words_some_will_do_and_the_page_says_so() -> None:
    entry("Payroll in counties")
    entry("Fleet")
    page = find("payroll zeppelin")
    assert titles(page) == ["Payroll in counties"]
    assert page.relaxed
    assert "Nothing has all of these words" in page.notices[0]


def test_relaxing_never_brings_back_what_was_taken_away_or_lacks_a_phrase() -> None:
    entry("Payroll in counties")
    entry("Payroll in cities")
    assert titles(find("payroll zeppelin -cities")) == ["Payroll in counties"]
    assert titles(find('"payroll in counties" zeppelin')) == ["Payroll in counties"]


def test_a_filter_without_hits_does_not_relax_the_words() -> None:
    entry("Payroll fleet", facets={"level": ["local"]})
    entry("Payroll", facets={"level": ["federal"]})
    page = find("payroll fleet", filters={"level": frozenset({"federal"})}, facets=("level",))
    assert (page.total, page.relaxed, counts(page, "level")) == (0, False, {"local": 1, "federal": 0})


def test_days_without_hits_do_not_relax_the_words() -> None:
    entry("Payroll fleet", dated=datetime(2025, 3, 1, tzinfo=UTC))
    entry("Payroll", dated=datetime(2026, 3, 1, tzinfo=UTC))
    page = find("payroll fleet", since=date(2026, 1, 1))
    assert (page.total, page.relaxed) == (0, False)
    page = find("payroll zeppelin", since=date(2026, 1, 1))
    assert (titles(page), page.relaxed) == (["Payroll"], True)


@pytest.mark.ranked
def test_the_title_counts_more_than_the_summary_and_that_more_than_the_body() -> None:
    entry("One", body="governance " + "words " * 5)
    entry("Two", summary="governance " + "words " * 5)
    entry("Governance")
    assert titles(find("governance")) == ["Governance", "Two", "One"]


def test_snippets_mark_the_words_in_safe_html() -> None:
    entry("Payroll", body='We <b>cut</b> "payrolls" & more <script>alert(1)</script>.')
    assert find("payroll cut").hits[0].snippet == (
        "We &lt;b&gt;<mark>cut</mark>&lt;/b&gt; &quot;<mark>payrolls</mark>&quot; &amp; more "
        "&lt;script&gt;alert(1)&lt;/script&gt;."
    )


def test_words_at_the_ends_of_a_text_are_marked_like_any_other() -> None:
    entry("Payroll in Quebec", summary="Counties pay in Quebec", body="Counties of Quebec")
    [hit] = find("counties quebec").hits
    assert hit.snippet == "<mark>Counties</mark> pay in <mark>Quebec</mark>"
    [hit] = find("payroll quebec").hits
    assert hit.title_html == "<mark>Payroll</mark> in <mark>Quebec</mark>"


def test_one_word_in_common_is_enough_where_that_is_asked_for() -> None:
    for title in ("Payroll", "Tax", "Fleet"):
        entry(title)
    page = find("tax payroll", any_word=True)
    assert set(titles(page)) == {"Payroll", "Tax"}
    assert (page.relaxed, page.suggestion) == (False, "")
    assert find("payrool zepelin", any_word=True).suggestion == ""


def test_without_words_the_summary_stands_for_the_snippet() -> None:
    entry("A", summary="R&D <in> brief")
    entry("B", body="Only a body.")
    assert [hit.snippet for hit in find("", sort="title").hits] == ["R&amp;D &lt;in&gt; brief", "Only a body."]


def test_orders_are_newest_and_title_without_diacritics() -> None:
    entry("Zebra", published_at=datetime(2026, 3, 1, tzinfo=UTC))
    entry("élan", published_at=datetime(2026, 1, 1, tzinfo=UTC))
    entry("Fleet", updated_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert titles(find("", sort="newest")) == ["Zebra", "Fleet", "élan"]
    assert titles(find("", sort="title")) == ["élan", "Fleet", "Zebra"]


def test_a_page_past_the_last_is_the_last() -> None:
    for number in range(5):
        entry(f"Entry {number}")
    page = find("", sort="title", size=2, page=99)
    assert (titles(page), page.query.page, page.pages) == (["Entry 4"], 3, 3)
    assert find("nothing at all", page=99).query.page == 1


def test_kinds_are_the_scope_of_everything() -> None:
    entry("Payroll", kind="case", facets={"level": ["local"]})
    entry("Payroll", kind="tool", facets={"level": ["federal"]})
    page = find("payroll", kinds=("case",), facets=("kind", "level"))
    assert (page.total, counts(page, "kind"), counts(page, "level")) == (1, {"case": 1}, {"local": 1})


def test_within_a_facet_choices_add_up_and_between_facets_they_narrow() -> None:
    entry("A", facets={"level": ["local"], "line": ["hr"]})
    entry("B", facets={"level": ["federal"], "line": ["hr"]})
    entry("C", facets={"level": ["federal"], "line": ["it"]})
    chosen = {"level": frozenset({"local", "federal"}), "line": frozenset({"hr"})}
    page = find("", filters=chosen, facets=("level", "line"), sort="title")
    assert titles(page) == ["A", "B"]
    assert counts(page, "level") == {"local": 1, "federal": 1}
    assert counts(page, "line") == {"hr": 2, "it": 1}


def test_values_stand_by_count_then_label_and_the_chosen_ones_always() -> None:
    for _ in range(3):
        entry(facets={"line": ["common"]})
    entry(facets={"line": ["b"]})
    entry(facets={"line": ["a"]})
    page = find("", facets=("line",), facet_limit=2, filters={"line": frozenset({"b", "absent"})})
    (facet,) = page.facets
    assert [(value.value, value.count, value.selected) for value in facet.values] == [
        ("common", 3, False), ("a", 1, False), ("b", 1, True), ("absent", 0, True)
    ]  # fmt: skip
    assert not facet.truncated


def test_a_facet_with_more_values_than_shown_says_so() -> None:
    for value in "abc":
        entry(facets={"line": [value]})
    (facet,) = find("", facets=("line",), facet_limit=2).facets
    assert ([value.value for value in facet.values], facet.truncated) == (["a", "b"], True)
    (facet,) = find("", facets=("line",), facet_limit=3).facets
    assert not facet.truncated


def test_changed_text_is_found_by_its_new_words_only() -> None:
    made = entry("Payroll")
    change(made, title="Fleet")
    assert (find("payroll").total, find("fleet").total) == (0, 1)
    take_out(made.key)
    assert find("fleet").total == 0


def test_suggestions_begin_with_what_was_typed_and_short_titles_come_first() -> None:
    entry("Governance of shared services")
    entry("Governance")
    entry("Fleet", body="governance")
    assert [hit.title for hit in suggest("gover", Viewer())] == ["Governance", "Governance of shared services"]
    assert [hit.title for hit in suggest("shared gov", Viewer())] == ["Governance of shared services"]
    assert suggest("", Viewer()) == suggest("🦉", Viewer()) == []


def test_a_misspelt_word_gets_the_nearest_that_is_there() -> None:
    entry("Governance of payroll")
    assert find("govrenance").suggestion == "governance"
    assert find("payrool zeppelin").suggestion == "payroll zeppelin"
    assert find("governance").suggestion == ""
    assert find("xylophone").suggestion == ""


def test_a_misspelt_word_of_a_question_gets_the_nearest_too() -> None:
    entry("Governance of payroll")
    page = find("who decides in the govrenance of payroll")
    assert (page.total, page.suggestion) == (1, "who decides in the governance of payroll")
    assert find("xylophone players decide payroll governance").suggestion == ""
    assert find('xylophone players decide "govrenance" payroll').suggestion == ""


def test_another_form_of_a_word_is_not_misspelt() -> None:
    entry("Payroll of county services")
    assert find("who decides about payrolls in county services").suggestion == ""
    assert find("payrolls zepelin").suggestion == ""
    entry("Zeppelin")
    assert find("payrolls zepelin").suggestion == "payrolls zeppelin"


def test_a_word_of_a_question_that_the_vocabulary_knows_is_not_misspelt() -> None:
    entry("Payroll of counties in government")
    asked = "payroll wages counties goverment staff"
    assert find(asked).suggestion == "payroll wages counties government staff"
    concept("Government", labels=[LabelSpec("Goverment", kind=LabelKind.HIDDEN)])
    assert find(asked).suggestion == ""


def test_a_question_is_not_spelt_for_who_is_still_typing() -> None:
    entry("Governance of payroll")
    assert find("who decides in the govrenance of payroll", any_word=True).suggestion == ""


def test_the_engine_says_that_it_agrees_with_the_rows(engine: SearchEngine) -> None:
    entry("Payroll")
    assert engine.verify() == []
    assert engine.rebuild() == 1
    assert engine.verify() == []


class TestWhatAViewerMayNotSee:
    """A private entry changes nothing that an outsider is told."""

    @pytest.fixture(autouse=True)
    def _entries(self, engine: SearchEngine) -> None:
        entry("Payroll in counties", facets={"level": ["local"]})

    def test_counts_for_nothing(self) -> None:
        before = find("payroll", facets=("kind", "level"))
        entry("Payroll secrets", audience=private_audience(), facets={"level": ["local", "secret-level"]})
        after = find("payroll", facets=("kind", "level"))
        assert (after.total, titles(after), after.facets) == (before.total, titles(before), before.facets)

    def test_is_neither_suggested_nor_a_spelling(self) -> None:
        entry("Zeppelin", audience=private_audience())
        assert suggest("zepp", Viewer()) == []
        page = find("zeppelim")
        assert (page.suggestion, page.relaxed, page.total) == ("", False, 0)

    def test_is_no_known_word_of_a_question(self) -> None:
        asked = "who runs payrolx services in counties today"
        before = find(asked).suggestion
        entry("Payrolx", audience=private_audience())
        assert find(asked).suggestion == before == "who runs payroll services in counties today"

    def test_does_not_stand_in_the_way_of_a_visible_spelling(self) -> None:
        for word in ("payrolla", "payrollb", "payrollc", "payrol"):
            entry(word, audience=private_audience())
        assert find("payrollx").suggestion == "payroll"

    def test_does_not_keep_words_from_being_relaxed(self) -> None:
        entry("Payroll zeppelin", audience=private_audience())
        assert find("payroll zeppelin").relaxed

    def test_is_found_by_those_who_may(self) -> None:
        audience = private_audience()
        entry("Payroll secrets", audience=audience, facets={"level": ["local"]})
        insider = Viewer(user_id=1, audiences=frozenset({1, audience.pk}))
        page = find("payroll", insider, facets=("level",))
        assert (page.total, counts(page, "level")) == (2, {"local": 2})
        assert [hit.title for hit in suggest("payroll sec", insider)] == ["Payroll secrets"]

    def test_a_viewer_of_no_audience_sees_nothing(self) -> None:
        assert find("payroll", Viewer(audiences=frozenset())).total == 0

    def test_a_hit_whose_row_is_closed_to_the_viewer_is_dropped(self, engine: SearchEngine) -> None:
        """The second look fails closed even if an engine were wrong."""
        made = entry("Payroll secrets", audience=private_audience())
        found = engine.search
        insider = Viewer(audiences=frozenset({1, made.audience_id}))
        engine.search = lambda query, viewer, synonyms=(): found(query, insider, synonyms)  # type: ignore[method-assign]
        assert titles(find("payroll")) == ["Payroll in counties"]

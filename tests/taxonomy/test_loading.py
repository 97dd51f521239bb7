"""The loader of plain data: idempotent, all or nothing, and clear about what is wrong."""

from typing import Any

import pytest

from portal.core import pagecache
from portal.demo.reading import read_yaml
from taxonomy import services
from taxonomy.models import Ancestry, BroaderLink, Concept, RelatedLink, Scheme, VocabularyVersion
from taxonomy.rules import VocabularyError

pytestmark = pytest.mark.django_db

SCHEMES = [
    {"slug": "service-line", "title": "Service line", "description": "Work.", "facet": True, "order": 1},
    {"slug": "topic", "title": "Topic", "description": "Ideas.", "facet": False, "order": 2, "status": "agreed"},
]
ENTRIES: dict[str, list[dict[str, Any]]] = {
    "service-line": [
        {"slug": "payroll", "pref": "payroll", "broader": ["hr"], "related": ["sla"], "status": "agreed"},
        {"slug": "hr", "pref": "human resources", "definition": "People.\n"},
    ],
    "topic": [
        {
            "slug": "sla",
            "pref": "service-level agreement",
            "labels": [{"text": "SLA", "lang": "en", "jurisdiction": "", "kind": "alt"}],
        }
    ],
}


def state() -> tuple[int, int]:
    return VocabularyVersion.objects.get().number, pagecache.generation()


def test_a_second_load_changes_nothing_and_bumps_nothing() -> None:
    first = services.upsert_vocabulary(SCHEMES, ENTRIES)
    assert (first.created, first.changed, first.unchanged) == (3, 0, 0)
    before = state()
    again = services.upsert_vocabulary(SCHEMES, ENTRIES)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
    assert state() == before
    assert RelatedLink.objects.count() == 2
    assert Ancestry.objects.filter(concept__slug="payroll", ancestor__slug="hr", depth=1).exists()


def test_a_changed_entry_is_the_only_one_that_changes() -> None:
    services.upsert_vocabulary(SCHEMES, ENTRIES)
    number = VocabularyVersion.objects.get().number
    changed = {**ENTRIES, "topic": [{**ENTRIES["topic"][0], "definition": "A promise with numbers."}]}
    loaded = services.upsert_vocabulary(SCHEMES, changed)
    assert (loaded.created, loaded.changed, loaded.unchanged) == (0, 1, 2)
    assert VocabularyVersion.objects.get().number == number + 1


def test_a_turned_around_hierarchy_is_loaded_without_a_circle_on_the_way() -> None:
    services.upsert_vocabulary(SCHEMES, ENTRIES)
    turned: list[dict[str, Any]] = [
        {"slug": "payroll", "pref": "payroll"},
        {"slug": "hr", "pref": "human resources", "broader": ["payroll"]},
    ]
    services.upsert_vocabulary(SCHEMES, {"service-line": turned})
    assert list(BroaderLink.objects.values_list("concept__slug", "broader__slug")) == [("hr", "payroll")]


def test_one_scheme_alone_reports_the_relations_that_it_had_to_leave_out() -> None:
    scheme, is_new = services.upsert_scheme(**SCHEMES[0])
    assert is_new
    assert services.upsert_scheme(**SCHEMES[0]) == (scheme, False)
    loaded = services.upsert_concepts(scheme, ENTRIES["service-line"])
    assert loaded.missing == [("payroll", "sla")]
    before = state()
    assert services.upsert_concepts(scheme, ENTRIES["service-line"]).unchanged == 2
    assert state() == before


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([{"slug": "a", "pref": "A", "broader": ["a"]}], "“A” cannot be broader than “A”"),
        (
            [{"slug": "a", "pref": "A", "broader": ["b"]}, {"slug": "b", "pref": "B", "broader": ["a"]}],
            "cannot be broader than",
        ),
        ([{"slug": "a", "pref": "A", "related": ["a"]}], "“A” cannot be related to “A”"),
        ([{"slug": "a", "pref": "A", "broader": ["nowhere"]}], "a: there is no concept nowhere, named as broader"),
        ([{"slug": "a", "pref": "A", "broder": []}], "a: an entry has no broder"),
        ([{"slug": "a", "pref": "A"}, {"slug": "a", "pref": "B"}], "a: this slug is given twice"),
        ([{"slug": "a"}], r"An entry \(a\) has no pref"),
        ([{"slug": "a", "pref": "A"}, {"slug": "b", "pref": "a"}], "b: “a” cannot be the preferred label of “a”"),
        ([{"slug": "a b", "pref": "A"}], "a b: "),
        ([{"slug": "a", "pref": "A", "status": "perfect"}], "a: "),
    ],
)
def test_wrong_data_are_refused_in_a_sentence_and_nothing_is_written(
    entries: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(VocabularyError, match=sentence):
        services.upsert_vocabulary(SCHEMES, {"service-line": entries})
    assert not Concept.objects.exists()
    assert not Scheme.objects.exists()


def test_an_unknown_scheme_and_an_unknown_key_of_a_scheme_are_refused() -> None:
    with pytest.raises(VocabularyError, match="There is no scheme colour"):
        services.upsert_vocabulary(SCHEMES, {"colour": []})
    with pytest.raises(VocabularyError, match="A scheme has no colour"):
        services.upsert_scheme(slug="a", title="A", colour="red")


def test_the_glossary_of_the_demonstration_loads_whole() -> None:
    schemes = read_yaml("glossary/schemes.yaml")
    entries = {scheme["slug"]: read_yaml(f"glossary/{scheme['slug']}.yaml") for scheme in schemes}
    loaded = services.upsert_vocabulary(schemes, entries)
    assert loaded.created >= 60
    assert loaded.missing == []
    assert services.upsert_vocabulary(schemes, entries).unchanged == loaded.created

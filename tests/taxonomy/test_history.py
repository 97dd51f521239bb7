"""The history: every way of changing a term writes what changed, by whom and for which proposal."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from taxonomy import contents, history, services, versions
from taxonomy.models import Concept, ConceptVersion, Proposal, Scheme
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import deciding, version
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db


def told(made: Concept) -> list[list[dict[str, Any]]]:
    """The changes of each version, the oldest first."""
    return [found.changes for found in ConceptVersion.objects.filter(concept=made).order_by("number")]


def test_the_first_version_says_how_a_term_began(topic: Scheme) -> None:
    made = services.create_concept(topic, "hub", "hub")
    assert told(made) == [[{"field": "status", "before": "", "after": "draft"}]]


def test_every_field_label_and_link_is_told_as_before_and_after(topic: Scheme) -> None:
    top, peer = concept("top", scheme=topic), concept("peer", scheme=topic)
    made = services.create_concept(
        topic, "hub", "hub", definition="Old.", labels=[LabelSpec("node"), LabelSpec("knot")]
    )
    services.update_concept(
        made, definition="New.", labels=[LabelSpec("node"), LabelSpec("Knoten", "de")], broader=[top], related=[peer]
    )
    assert told(made)[1] == [
        {"field": "definition", "before": "Old.", "after": "New."},
        {"field": "labels", "before": [["knot", "en", "", "alt"]], "after": [["Knoten", "de", "", "alt"]]},
        {"field": "broader", "before": [], "after": ["top"]},
        {"field": "related", "before": [], "after": ["peer"]},
    ]
    assert told(peer)[1] == [{"field": "related", "before": [], "after": ["hub"]}]
    services.deprecate(made, replaced_by=top)
    assert told(made)[2] == [
        {"field": "status", "before": "draft", "after": "deprecated"},
        {"field": "replaced_by", "before": "", "after": "top"},
    ]


def test_what_changes_nothing_or_is_refused_leaves_no_version(topic: Scheme) -> None:
    made, other = concept("hub", scheme=topic), concept("node", scheme=topic)
    assert not services.update_concept(made, title="hub")
    with pytest.raises(VocabularyError):
        services.update_concept(made, title="node")
    assert services.refusal(made, {"title": "another"}) is None
    assert len(told(made)) == 1
    assert len(told(other)) == 1


def test_a_chain_of_replacements_and_a_deleted_neighbour_are_told(topic: Scheme) -> None:
    first, second, third = (concept(name, scheme=topic) for name in ("first", "second", "third"))
    draft = concept("draft", scheme=topic, status="draft", related=[third])
    services.deprecate(first, replaced_by=second)
    services.deprecate(second, replaced_by=third)
    assert told(first)[-1] == [{"field": "replaced_by", "before": "second", "after": "third"}]
    services.delete_concept(draft)
    assert told(third)[-1] == [{"field": "related", "before": ["draft"], "after": []}]


def test_a_load_tells_what_it_changed_and_a_second_one_nothing(topic: Scheme) -> None:
    entries: list[dict[str, Any]] = [
        {"slug": "hub", "pref": "hub"},
        {"slug": "node", "pref": "node", "related": ["hub"]},
    ]
    services.upsert_concepts(topic, entries)
    services.upsert_concepts(topic, entries)
    assert ConceptVersion.objects.count() == 2
    services.upsert_concepts(topic, [{**entries[0], "definition": "A wheel's."}])
    assert told(Concept.objects.get(slug="hub"))[1] == [{"field": "definition", "before": "", "after": "A wheel's."}]


def test_a_load_writes_its_history_in_bulk() -> None:
    def cost(scheme: Scheme, count: int) -> int:
        rows = [Concept(scheme=scheme, slug=f"{scheme.slug}-{n}", title=f"{scheme.slug} {n}") for n in range(count)]
        made = Concept.objects.bulk_create(rows)
        before = history.states(one.pk for one in made)
        Concept.objects.filter(scheme=scheme).update(definition="Loaded.")
        with CaptureQueriesContext(connection) as captured:
            version.lock()
            assert history.record_many([one.pk for one in made], {}) == count
            assert history.record_many([one.pk for one in made], before) == count
        return len(captured)

    # One database takes fewer rows at a time than another.
    assert cost(SchemeFactory(), 900) <= cost(SchemeFactory(), 10) + 900 / 50


def test_an_importer_of_thousands_records_them_in_chunks(topic: Scheme) -> None:
    made = Concept.objects.bulk_create(Concept(scheme=topic, slug=f"c{n}", title=f"c {n}") for n in range(2500))
    with CaptureQueriesContext(connection) as captured:
        assert history.record_many([one.pk for one in made], {}) == 2500
    assert ConceptVersion.objects.filter(number=1).count() == 2500
    assert len(captured) < 40


def test_who_and_for_which_proposal_stand_with_the_version(
    change: Proposal, chargeback: Concept, steward: User
) -> None:
    deciding.agree(change, steward, "Right.", seen=contents.fingerprint(change))
    newest = versions.newest(chargeback.pk, limit=1)[0]
    assert (newest.number, newest.by, newest.proposal_id) == (2, "A terminology steward", change.pk)
    assert [line.name for line in newest.changes] == ["Definition", "Labels"]
    assert newest.changes[1].came == ("recharging (English, United Kingdom; alternative)",)


def test_hidden_words_stay_hidden_in_the_history(topic: Scheme) -> None:
    made = concept("hub", scheme=topic)
    services.set_labels(made, [LabelSpec("hubb", kind="hidden")])
    newest = versions.newest(made.pk, limit=1)[0]
    assert "hubb" not in str(newest)
    assert [line.name for line in newest.changes] == ["Words by which it is found"]


@pytest.mark.usefixtures("glossary_page")
def test_the_history_is_read_on_the_terms_page_and_whole_behind_it(visitor_client: Client, chargeback: Concept) -> None:
    for number in range(40):
        services.update_concept(chargeback, definition=f"Wording {number}.")
    page = visitor_client.get("/glossary/chargeback/").content.decode()
    assert "Wording 39." in page
    assert "Wording 33." not in page
    assert "41 versions" in page
    whole = visitor_client.get("/glossary/chargeback/history/").content.decode()
    assert whole.index("Version 41") < whole.index("Version 40")
    assert "Version 3<" not in whole
    assert "Version 3<" in visitor_client.get("/glossary/chargeback/history/?page=2").content.decode()
    assert visitor_client.get("/glossary/nothing/history/").status_code == 404

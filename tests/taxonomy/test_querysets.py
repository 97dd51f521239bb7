"""Reads for the rooms above: synonyms, ancestors, trees, chips, and what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from taxonomy import services, snapshot
from taxonomy.models import Concept, Label, Scheme, Status
from taxonomy.querysets import ancestors_of, chips, expand, facet_schemes, tree, trees
from taxonomy.rules import LabelSpec
from taxonomy.services.version import announce
from taxonomy.text import normalise
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
AssertQueries = Callable[[int], Any]


def test_a_query_in_one_jurisdictions_words_finds_those_of_another() -> None:
    made = concept("Deputy minister", labels=[LabelSpec("Permanent secretary", "en", "UK", "pref")])
    (found,) = expand("Who is the permanent-secretary?")
    assert (found.phrase, found.start, found.end) == ("permanent secretary", 3, 5)
    assert found.alternatives == ("Deputy minister",)
    assert found.concept_ids == (made.pk,)


def test_the_longest_phrase_wins_and_its_parts_are_left_alone() -> None:
    concept("service-level agreement", alt=["SLA"])
    concept("agreement", alt=["contract"])
    concept("service", alt=["offering"])
    (found,) = expand("service level agreement")
    assert found.alternatives == ("SLA",)
    assert [item.alternatives for item in expand("agreement on service")] == [("contract",), ("offering",)]


def test_words_inside_words_are_no_phrase() -> None:
    concept("fleet", alt=["vehicles"])
    assert expand("fleeting fleets") == ()


def test_only_agreed_concepts_widen_a_search_and_agreeing_does_so_at_once() -> None:
    made = concept("fleet", alt=["vehicles"], status="proposed")
    assert expand("fleet") == ()
    services.agree(made)
    assert expand("fleet")[0].alternatives == ("vehicles",)
    services.deprecate(made)
    assert expand("fleet") == ()


def test_a_hidden_label_is_found_by_and_never_shown() -> None:
    concept("back office", labels=[LabelSpec("backoffice", kind="hidden"), LabelSpec("support functions")])
    assert expand("backoffice")[0].alternatives == ("back office", "support functions")
    assert expand("support functions")[0].alternatives == ("back office",)


def test_a_label_of_two_concepts_gives_the_words_of_both() -> None:
    concept("chief", alt=["head"])
    concept("top", alt=["head"])
    assert set(expand("head")[0].alternatives) == {"chief", "top"}


def test_what_was_read_in_a_transaction_that_failed_is_forgotten() -> None:
    concept("fleet", alt=["vehicles"])
    with transaction.atomic():
        services.set_labels(Concept.objects.get(), [LabelSpec("motor pool")])
        assert expand("fleet")[0].alternatives == ("motor pool",)
        transaction.set_rollback(True)
    assert expand("fleet")[0].alternatives == ("vehicles",)


def test_expansion_is_right_and_costs_one_query_at_five_thousand_concepts(
    django_assert_num_queries: AssertQueries,
) -> None:
    scheme = SchemeFactory()
    concepts = Concept.objects.bulk_create(
        Concept(scheme=scheme, slug=f"c-{n}", title=f"Term {n} of many", status=Status.AGREED) for n in range(5000)
    )
    Label.objects.bulk_create(
        Label(concept=made, text=text, kind=kind, normalised=normalise(text))
        for number, made in enumerate(concepts)
        for text, kind in ((made.title, "pref"), (f"Alias-{number}", "alt"))
    )
    announce(())
    with django_assert_num_queries(3):
        assert expand("alias 4321")[0].alternatives == ("Term 4321 of many",)
    with django_assert_num_queries(1):
        assert expand("see term 17 of many, or alias 4999")[1].alternatives == ("Term 4999 of many",)


@pytest.mark.parametrize("text", ["", " ", "\x00", "🦆" * 9, "a " * 10_000, "٣" * 500, "-" * 500])
def test_a_wild_query_expands_to_nothing(text: str) -> None:
    concept("fleet", alt=["vehicles"])
    assert expand(text) == ()


def test_ancestors_come_with_one_query_and_every_id_has_an_answer(django_assert_num_queries: AssertQueries) -> None:
    scheme = SchemeFactory()
    top = concept(scheme=scheme)
    middle = concept(scheme=scheme, broader=[top])
    low = concept(scheme=scheme, broader=[middle])
    with django_assert_num_queries(1):
        found = ancestors_of([low.pk, top.pk])
    assert found == {low.pk: {middle.pk, top.pk}, top.pk: set()}
    with django_assert_num_queries(0):
        assert ancestors_of([]) == {}


def test_a_tree_costs_three_queries_at_any_size_and_repeats_no_subtree(
    django_assert_num_queries: AssertQueries,
) -> None:
    scheme = SchemeFactory(slug="s")
    left, right = concept("left", scheme=scheme), concept("right", scheme=scheme)
    both = concept("both", scheme=scheme, broader=[left, right])
    concept("deep", scheme=scheme, broader=[both])
    concept("elsewhere")
    with django_assert_num_queries(3):
        found = tree("s")
    assert found is not None
    assert [(root.title, root.children[0].title) for root in found.roots] == [("left", "both"), ("right", "both")]
    first, second = (root.children[0] for root in found.roots)
    assert [child.title for child in first.children] == ["deep"]
    assert (second.children, second.is_repeated) == ([], True)
    assert tree("none") is None


def test_a_scheme_with_an_order_of_its_own_keeps_it_and_others_go_by_the_alphabet() -> None:
    for slug, is_ordered in (("stages", True), ("topics", False)):
        scheme = SchemeFactory(slug=slug, is_ordered=is_ordered)
        concept("Zeal", scheme=scheme, order=1)
        concept("aim", scheme=scheme, order=2)
    titles = {found.scheme.slug: [root.title for root in found.roots] for found in trees()}
    assert titles == {"stages": ["Zeal", "aim"], "topics": ["aim", "Zeal"]}


def test_facet_schemes_and_chips() -> None:
    made = concept("fleet", slug="fleet", scheme=SchemeFactory(slug="service-line", order=1))
    SchemeFactory(slug="evidence", is_facet=False)
    assert [scheme.slug for scheme in facet_schemes()] == ["service-line"]
    assert chips([made]) == [("fleet", "/glossary/fleet/")]


def test_a_process_without_a_version_row_keeps_nothing() -> None:
    concept("fleet", alt=["vehicles"])
    Scheme.objects.first()
    from taxonomy.models import VocabularyVersion

    VocabularyVersion.objects.all().delete()
    first = snapshot.current()
    assert snapshot.current() is not first

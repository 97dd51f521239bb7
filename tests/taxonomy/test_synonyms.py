"""Synonyms across schemes: exact and close matches, and the words of deprecated terms."""

import pytest

from taxonomy import services
from taxonomy.models import Concept, Mapping
from taxonomy.querysets import expand
from taxonomy.services.version import announce
from tests.factories.pages import case
from tests.factories.taxonomy import concept

pytestmark = pytest.mark.django_db


def match(one: Concept, other: Concept | str, kind: str = "exactMatch") -> None:
    target = other if isinstance(other, Concept) else None
    uri = other if isinstance(other, str) else f"http://example.org/{other.slug}"
    Mapping.objects.create(concept=one, kind=kind, uri=uri, target=target)
    announce(())


def test_exact_matches_are_synonyms_from_both_sides_and_onwards() -> None:
    first, second, third = concept("Deputy minister"), concept("Permanent secretary"), concept("State secretary")
    match(first, second)
    match(third, second)
    assert expand("deputy minister")[0].alternatives == ("Permanent secretary", "State secretary")
    assert set(expand("state secretary")[0].alternatives) == {"Deputy minister", "Permanent secretary"}


def test_terms_that_match_the_same_address_elsewhere_match_each_other() -> None:
    match(concept("Lorry"), "http://elsewhere.example/truck")
    match(concept("Truck"), "http://elsewhere.example/truck")
    assert expand("lorry")[0].alternatives == ("Truck",)


def test_close_matches_stand_apart_from_both_sides_and_only_one_step() -> None:
    car, van, bus = concept("Car", alt=["Automobile"]), concept("Van"), concept("Bus")
    match(car, van, "closeMatch")
    match(van, bus, "closeMatch")
    (found,) = expand("car")
    assert (found.alternatives, found.close) == (("Automobile",), ("Van",))
    assert expand("bus")[0].close == ("Van",)


def test_a_match_that_is_not_agreed_adds_nothing() -> None:
    draft = concept("Wagon", status="draft")
    match(concept("Cart"), draft)
    assert expand("cart") == ()


def test_a_deprecated_label_leads_to_the_words_of_what_replaces_it_and_is_not_offered() -> None:
    old, new = concept("Typing pool", alt=["Secretariat"]), concept("Shared support", alt=["Support desk"])
    services.deprecate(old, replaced_by=new)
    (found,) = expand("secretariat")
    assert (found.alternatives, found.concept_ids) == (("Shared support", "Support desk"), (new.pk,))
    assert expand("shared support")[0].alternatives == ("Support desk",)


def test_a_hit_by_a_close_match_comes_after_one_by_the_word_itself() -> None:
    from tests.search.test_recording import find, titles

    match(concept("Zeppelin"), concept("Balloon"), "closeMatch")
    case(title="Balloon balloon balloon", slug="balloon", summary="Balloon balloon.")
    case(title="How a city runs things", slug="other", summary="Many words about a zeppelin and much besides it.")
    page = find("zeppelin", kinds=("case",))
    assert titles(page) == ["How a city runs things", "Balloon balloon balloon"]
    assert page.expanded == ("Balloon",)

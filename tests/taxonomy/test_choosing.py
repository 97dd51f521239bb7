"""The concept chooser: any label finds, the tree opens by levels, texts suggest, and names work without scripts."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from taxonomy import choosing, services
from taxonomy.fields import ConceptFormField, ConceptsFormField, ConceptTreeWidget
from taxonomy.models import BroaderLink, Concept, Label, Scheme
from taxonomy.rules import LabelSpec
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def scheme() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


@pytest.fixture
def payroll(scheme: Scheme) -> Concept:
    people = concept("People services", scheme=scheme)
    labels = [LabelSpec("Pay run"), LabelSpec("Lohnabrechnung", "de", "DE", "pref"), LabelSpec("Payrol", kind="hidden")]
    return concept("Payroll", scheme=scheme, slug="payroll", labels=labels, broader=[people], definition="Paying *us*.")


def fill(scheme: Scheme, number: int) -> None:
    """Many concepts without the services, a hundred below each top one."""
    first = Concept.objects.count()
    made = Concept.objects.bulk_create(
        Concept(scheme=scheme, slug=f"bulk-{at}", title=f"Bulk term {at}", status="agreed")
        for at in range(first, first + number)
    )
    Label.objects.bulk_create(
        Label(concept=one, text=one.title, kind="pref", normalised=one.title.lower()) for one in made
    )
    links = (BroaderLink(concept=one, broader=made[at - at % 100]) for at, one in enumerate(made) if at % 100)
    BroaderLink.objects.bulk_create(links)


@pytest.mark.parametrize("query", ["pay", "PAY run", "lohn", "payrol", "run pay"])
def test_a_concept_is_found_by_any_label_in_any_language(payroll: Concept, query: str) -> None:
    found = choosing.search(query)
    assert [choice.pk for choice in found] == [payroll.pk]
    assert (found[0].definition, found[0].broader, found[0].scheme) == (
        "Paying us.",
        ("People services",),
        "Service line",
    )


def test_the_label_that_matched_is_told_and_the_nearest_stands_first(payroll: Concept, scheme: Scheme) -> None:
    concept("Pay run calendar", scheme=scheme)
    found = choosing.search("pay run")
    assert [(choice.title, choice.found_by) for choice in found] == [("Payroll", "Pay run"), ("Pay run calendar", "")]


def test_the_whole_label_is_found_among_very_many_that_begin_with_it(scheme: Scheme) -> None:
    fill(scheme, 1000)
    assert choosing.search("Bulk term 9")[0].title == "Bulk term 9"


def test_other_schemes_and_retired_concepts_are_not_offered(payroll: Concept) -> None:
    assert choosing.search("pay", ["place"]) == []
    services.deprecate(payroll)
    assert choosing.search("pay") == []


def test_the_tree_opens_level_by_level(payroll: Concept) -> None:
    (top,) = choosing.level(["service-line"], None)
    assert (top.title, top.has_narrower) == ("People services", True)
    (low,) = choosing.level([], top.pk)
    assert (low.title, low.has_narrower) == ("Payroll", False)


def test_a_text_suggests_what_it_names_most_often_first(payroll: Concept, scheme: Scheme) -> None:
    fleet = concept("Fleet", scheme=scheme)
    texts = ["Fleet management", "<p>The pay run, the <b>Payroll</b> and pay run again.</p>"]
    assert [choice.pk for choice in choosing.suggest(texts)] == [payroll.pk, fleet.pk]
    assert choosing.suggest(["Nothing here."]) == []
    assert choosing.suggest(texts, ["place"]) == []


def test_members_are_answered_and_visitors_find_nothing_there(
    payroll: Concept, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    (found,) = client.get("/vocabulary/choose/", {"q": "lohn"}).json()["results"]
    assert (found["pk"], found["title"], found["found_by"]) == (payroll.pk, "Payroll", "Lohnabrechnung")
    assert [top["title"] for top in client.get("/vocabulary/choose/").json()["results"]] == ["People services"]
    suggested = client.post("/vocabulary/choose/suggest/", {"text": ["A pay run"]}).json()["results"]
    assert [choice["pk"] for choice in suggested] == [payroll.pk]
    assert Client().get("/vocabulary/choose/", {"q": "pay"}).status_code == 404


@pytest.mark.parametrize("below", ["x", "9" * 40, "-1", "\x00", "٣"])
def test_a_wild_place_in_the_tree_is_missing(member: User, client_of: ClientOf, below: str) -> None:
    assert client_of(member).get("/vocabulary/choose/", {"below": below}).status_code == 404


@pytest.mark.parametrize("query", ["\x00", "%_", "é" * 500, "' OR 1=1", "😀", "a " * 300])
def test_wild_words_find_nothing_and_break_nothing(member: User, client_of: ClientOf, query: str) -> None:
    assert client_of(member).get("/vocabulary/choose/", {"q": query, "scheme": "\x00"}).status_code == 200
    assert client_of(member).post("/vocabulary/choose/suggest/", {"text": query, "language": query}).status_code == 200


def cost(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


@pytest.mark.parametrize(
    ("act", "most"),
    [
        (lambda pk: choosing.search("bulk term"), 4),
        (lambda pk: choosing.level([], None), 2),
        (lambda pk: choosing.level([], pk), 2),
        (lambda pk: choosing.suggest(["Bulk term 3 and bulk term 7"]), 6),
        (lambda pk: ConceptTreeWidget().render("concepts", [pk]), 3),
        (lambda pk: ConceptsFormField().clean([str(pk), "name:Bulk term 7"]), 4),
    ],
)
def test_it_costs_the_same_with_ten_and_with_ten_thousand_concepts(
    scheme: Scheme, act: Callable[[int], object], most: int
) -> None:
    fill(scheme, 150)
    pk = Concept.objects.earliest("pk").pk
    few = cost(lambda: act(pk))
    fill(SchemeFactory(slug="many"), 10_000)
    assert cost(lambda: act(pk)) <= few <= most


def typed(text: str, *pks: int) -> QueryDict:
    data = QueryDict(mutable=True)
    data.setlist("concepts", [str(pk) for pk in pks])
    data["concepts-typed"] = text
    return data


def test_a_large_vocabulary_shows_what_is_chosen_and_a_field_for_names(
    payroll: Concept, scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<textarea" not in ConceptTreeWidget().render("concepts", [payroll.pk])
    monkeypatch.setattr("taxonomy.fields.MOST_BOXES", 1)
    markup = ConceptTreeWidget().render("concepts", [payroll.pk, "name:no such term", "x"])
    assert f'value="{payroll.pk}" checked' in markup
    assert "no such term</textarea>" in markup
    assert "People services" not in markup


def test_terms_may_be_named_by_any_label_or_slug(payroll: Concept, scheme: Scheme) -> None:
    fleet = concept("Fleet", scheme=scheme, slug="vehicles")
    value = ConceptTreeWidget().value_from_datadict(typed("lohnabrechnung\r\n\r\n vehicles "), {}, "concepts")
    assert set(ConceptsFormField().clean(value)) == {payroll, fleet}


def test_a_name_that_nobody_or_several_have_is_said_in_a_sentence(payroll: Concept, scheme: Scheme) -> None:
    concept("Wages", scheme=scheme, alt=["Money"])
    concept("Fees", scheme=SchemeFactory(slug="topic", title="Topic"), alt=["Money"])
    with pytest.raises(ValidationError) as refused:
        ConceptsFormField().clean(["name:money", "name:Nonsense", str(payroll.pk)])
    assert refused.value.messages == [
        "Several terms go by “money”: Fees (Topic), Wages (Service line). Write out which.",
        "No term is called “Nonsense”.",
    ]


def test_an_open_form_that_still_holds_a_merged_concept_saves_what_it_became(payroll: Concept, scheme: Scheme) -> None:
    wages = concept("Wages", scheme=scheme)
    services.merge(wages, payroll)
    assert list(ConceptsFormField().clean([str(wages.pk), str(payroll.pk)])) == [payroll]


def test_a_field_for_one_concept_takes_one(payroll: Concept, scheme: Scheme) -> None:
    field = ConceptFormField(required=False)
    assert field.clean([]) is None
    assert field.clean([str(payroll.pk)]) == payroll
    assert field.clean(["name:pay run"]) == payroll
    with pytest.raises(ValidationError, match="Choose one concept only"):
        field.clean([str(payroll.pk), str(concept("Fleet", scheme=scheme).pk)])
    assert not field.has_changed(payroll.pk, [str(payroll.pk)])
    assert field.has_changed(payroll.pk, [])

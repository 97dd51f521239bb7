"""Tagging pages: the checkboxes, what they cost, and revisions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portal.home.models import HomePage, StandardPage
from taxonomy import services
from taxonomy.fields import ConceptsFormField, ConceptTreeWidget
from taxonomy.models import Concept
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
AssertQueries = Callable[[int], Any]


def test_checkboxes_are_grouped_by_scheme_and_the_chosen_are_checked() -> None:
    scheme = SchemeFactory(slug="place", title="Place")
    top = concept("Europe", scheme=scheme)
    low = concept("Austria", scheme=scheme, broader=[top], status="draft")
    markup = ConceptTreeWidget().render("concepts", [low.pk])
    assert "<summary>Place" in markup
    assert f'<input type="checkbox" name="concepts" value="{low.pk}" checked> Austria' in markup
    assert f'<input type="checkbox" name="concepts" value="{top.pk}"> Europe' in markup
    assert '<li class="concept-tree__depth-1">' in markup


def test_a_concept_below_two_others_has_one_checkbox_and_a_deprecated_one_none_unless_chosen() -> None:
    scheme = SchemeFactory()
    one, two = concept(scheme=scheme), concept(scheme=scheme)
    both = concept("Both", scheme=scheme, broader=[one, two])
    assert ConceptTreeWidget().render("concepts", []).count(f'value="{both.pk}"') == 1
    services.deprecate(both)
    assert f'value="{both.pk}"' not in ConceptTreeWidget().render("concepts", [])
    assert f'value="{both.pk}" checked' in ConceptTreeWidget().render("concepts", [str(both.pk)])


def test_a_form_costs_no_query_per_concept(django_assert_num_queries: AssertQueries) -> None:
    scheme = SchemeFactory(slug="s")
    made = [concept(scheme=scheme) for _number in range(12)]
    field = ConceptsFormField(schemes=("s",), required=False)
    with django_assert_num_queries(4):
        field.widget.render("concepts", [made[0].pk])
    with django_assert_num_queries(2):
        assert len(field.clean([str(one.pk) for one in made])) == 12


def test_a_field_narrowed_to_schemes_offers_and_takes_no_others() -> None:
    inside, outside = concept("In", scheme=SchemeFactory(slug="s")), concept("Out")
    field = ConceptsFormField(schemes=("s",), required=False)
    assert "Out" not in field.widget.render("concepts", [])
    assert list(field.clean([inside.pk])) == [inside]
    for wrong in ([outside.pk], ["x"], [10**30], ["\x00"], [None]):
        with pytest.raises(ValidationError):
            field.clean(wrong)


def test_a_pages_concepts_live_in_its_revisions_until_it_is_published(home: HomePage) -> None:
    first, second = concept("First", slug="first"), concept("Second", slug="second")
    page = StandardPage(title="About", slug="about", concepts=[first])
    home.add_child(instance=page)
    page.concepts = [first, second]
    revision = page.save_revision()
    assert list(StandardPage.objects.get(pk=page.pk).concepts.all()) == [first]
    revision.publish()
    assert set(StandardPage.objects.get(pk=page.pk).concepts.all()) == {first, second}
    assert StandardPage.objects.get(pk=page.pk).concept_chips == [
        ("First", "/glossary/first/"),
        ("Second", "/glossary/second/"),
    ]


def test_a_revision_survives_a_concept_that_was_deleted(home: HomePage) -> None:
    gone = concept("Gone", status="draft")
    page = StandardPage(title="About", slug="about", concepts=[gone])
    home.add_child(instance=page)
    page.save_revision()
    services.delete_concept(Concept.objects.get(pk=gone.pk))
    latest = StandardPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert list(latest.concepts.all()) == []


def test_the_pages_form_draws_the_tree(home: HomePage) -> None:
    made = concept("Fleet")
    form = StandardPage.get_edit_handler().get_form_class()(instance=StandardPage(title="About", slug="about"))
    assert f'name="concepts" value="{made.pk}"' in str(form["concepts"])

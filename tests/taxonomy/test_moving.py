"""A branch moves with everything below it; nothing is lost when it changes schemes."""

import pytest

from taxonomy import services
from taxonomy.models import Ancestry, BroaderLink, Concept, RelatedLink, Scheme, VocabularyVersion
from taxonomy.rules import VocabularyError
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


@pytest.fixture
def themes() -> Scheme:
    return SchemeFactory(slug="theme", title="Theme")


def ancestry() -> set[tuple[str, str]]:
    return set(Ancestry.objects.values_list("concept__title", "ancestor__title"))


def test_a_branch_moves_below_another_concept(lines: Scheme) -> None:
    people, money = concept("People", scheme=lines), concept("Money", scheme=lines)
    pay = concept("Pay", scheme=lines, broader=[people])
    concept("Overtime", scheme=lines, broader=[pay])
    assert services.move(pay, broader=[money]) is True
    assert ancestry() == {("Pay", "Money"), ("Overtime", "Pay"), ("Overtime", "Money")}
    number = VocabularyVersion.objects.get().number
    assert services.move(pay, broader=[money]) is False
    assert services.move(pay) is False
    assert VocabularyVersion.objects.get().number == number


def test_a_circle_is_refused_with_a_sentence(lines: Scheme) -> None:
    people = concept("People", scheme=lines)
    pay = concept("Pay", scheme=lines, broader=[people])
    with pytest.raises(VocabularyError, match="“Pay” cannot be broader than “People”, because “People” is broader"):
        services.move(people, broader=[pay])


def test_a_branch_moves_to_another_scheme_with_everything_below(lines: Scheme, themes: Scheme) -> None:
    people, work = concept("People", scheme=lines), concept("Work", scheme=themes)
    pay = concept("Pay", scheme=lines, broader=[people])
    overtime = concept("Overtime", scheme=lines, broader=[pay])
    assert services.move(pay, broader=[work]) is True
    assert {found.scheme for found in Concept.objects.filter(pk__in=[pay.pk, overtime.pk])} == {themes}
    assert ancestry() == {("Pay", "Work"), ("Overtime", "Pay"), ("Overtime", "Work")}
    assert services.move(pay, scheme=lines) is True
    assert ancestry() == {("Overtime", "Pay")}
    assert services.move(pay, scheme=lines) is False


def test_a_link_that_would_lead_to_another_scheme_becomes_a_relation(lines: Scheme, themes: Scheme) -> None:
    hours = concept("Hours", scheme=lines)
    pay = concept("Pay", scheme=lines)
    overtime = concept("Overtime", scheme=lines, broader=[pay, hours])
    services.move(pay, scheme=themes)
    assert ancestry() == {("Overtime", "Pay")}
    assert set(RelatedLink.objects.values_list("concept", "related")) == {
        (overtime.pk, hours.pk),
        (hours.pk, overtime.pk),
    }


def test_a_label_that_is_taken_in_the_new_scheme_is_named_and_nothing_moves(lines: Scheme, themes: Scheme) -> None:
    pay = concept("Pay", scheme=lines)
    concept("Overtime", scheme=lines, broader=[pay])
    concept("Overtime", scheme=themes)
    with pytest.raises(VocabularyError, match="it is already that of “Overtime” in the scheme “Theme”"):
        services.move(pay, scheme=themes)
    assert Concept.objects.filter(scheme=lines).count() == 2


def test_broader_concepts_must_be_of_the_scheme_that_is_named(lines: Scheme, themes: Scheme) -> None:
    pay, work = concept("Pay", scheme=lines), concept("Work", scheme=themes)
    with pytest.raises(VocabularyError, match="because it is in another scheme"):
        services.move(pay, broader=[work], scheme=lines)
    assert not BroaderLink.objects.exists()

"""The choice that a searcher has whose words several terms go by."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from taxonomy.shared_labels import meanings
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def terms() -> None:
    """Two that are called PS, two that are called "shared service", one word of which means two others."""
    scheme = SchemeFactory()
    for title, words in (
        ("Permanent secretary", ["PS", "permanent head"]),
        ("Public service", ["PS"]),
        ("Shared service centre", ["shared service", "service"]),
        ("Shared service model", ["Shared-Service", "service"]),
    ):
        concept(title, scheme=scheme, alt=words)


def found(text: str) -> list[tuple[str, list[str]]]:
    return [(word.text, [title for title, _url in word.terms]) for word in meanings(text)]


PS = ("PS", ["Permanent secretary", "Public service"])


@pytest.mark.parametrize("text", ["PS", "ps", "the PS of a ministry", "ps PS"])
def test_a_shared_word_has_its_terms_to_choose_from_once(text: str) -> None:
    assert found(text) == [PS]


def test_the_longest_words_are_taken_and_their_parts_are_not() -> None:
    assert [word for word, _terms in found("a shared service and a PS")] == ["Shared-Service", "PS"]
    assert [word for word, _terms in found("service shared")] == ["service"]


@pytest.mark.parametrize("text", ["", "?!", "permanent head", "payroll", "x " * 500 + "PS"])
def test_other_words_offer_no_choice(text: str) -> None:
    assert found(text) == []


def test_a_new_term_joins_the_choice_at_once_and_otherwise_one_query_does() -> None:
    concept("Payroll system", alt=["PS"])
    assert len(meanings("ps")[0].terms) == 3
    with CaptureQueriesContext(connection) as queries:
        meanings("ps")
    assert len(queries) == 1

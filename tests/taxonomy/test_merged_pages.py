"""Addresses below a term that was merged lead to the same page of the term that it is now part of."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from taxonomy import services, watching
from taxonomy.models import Concept
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("glossary_page")]
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def payroll() -> Concept:
    """What wages were merged into."""
    scheme = SchemeFactory()
    wages, kept = concept("Wages", slug="wages", scheme=scheme), concept("Payroll", slug="payroll", scheme=scheme)
    services.merge(wages, kept)
    return kept


@pytest.mark.parametrize("page", ["", "history/", "propose/", "watch/", "history/?page=2"])
def test_a_reader_is_led_on_for_good(page: str, payroll: Concept, visitor_client: Client) -> None:
    response = visitor_client.get(f"/glossary/wages/{page}")
    assert (response.status_code, response["Location"]) == (301, f"/glossary/payroll/{page}")


def test_a_watch_of_a_merged_term_is_one_of_its_successor(payroll: Concept, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    response = client.post("/glossary/wages/watch/")
    assert response["Location"] == "/glossary/payroll/"
    assert watching.is_watching(member.pk, payroll)
    client.post("/glossary/wages/watch/", {"do": "stop"})
    assert not watching.is_watching(member.pk, payroll)


@pytest.mark.parametrize("page", ["history/", "propose/", "watch/"])
def test_other_terms_stay_where_they_are(page: str, payroll: Concept, visitor_client: Client) -> None:
    assert visitor_client.get(f"/glossary/payroll/{page}").status_code != 301
    assert visitor_client.get(f"/glossary/nothing/{page}").status_code == 404

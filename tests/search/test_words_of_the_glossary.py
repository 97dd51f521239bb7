"""What search lends of the glossary, and to whom: where it is for members, nobody else is shown a word of it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from wagtail.models import PageViewRestriction

from portal.core.viewer import viewer_for
from portal.home.models import HomePage
from portal.search.contract import SearchQuery
from portal.search.services import search
from taxonomy.models import GlossaryPage
from tests.factories.pages import add
from tests.factories.search import entry
from tests.factories.taxonomy import concept
from tests.search.conftest import find

ADDRESSES = {
    "/search/?q=deputy+minister": "Permanent secretary",  # another word for it
    "/search/?q=ps": "Public service",  # one of the things that it may mean
    "/search/?q=deputyship": "Deputy minister",  # a term that comes near to what nothing has
}


@pytest.fixture(autouse=True)
def glossary(home: HomePage) -> GlossaryPage:
    page: GlossaryPage = add(home, GlossaryPage(title="Glossary", slug="glossary"))
    concept("Deputy minister", slug="deputy-minister", alt=["Permanent secretary", "PS"])
    concept("Public service", slug="public-service", alt=["PS"])
    entry("The office of the permanent secretary")
    return page


@pytest.fixture
def withheld(glossary: GlossaryPage) -> None:
    PageViewRestriction.objects.create(page=glossary, restriction_type=PageViewRestriction.LOGIN)


@pytest.mark.parametrize(("address", "word"), ADDRESSES.items())
def test_a_glossary_for_all_lends_its_words_to_all(visitor_client: Client, address: str, word: str) -> None:
    assert word in visitor_client.get(address).content.decode()


@pytest.mark.usefixtures("withheld")
@pytest.mark.parametrize(("address", "word"), ADDRESSES.items())
def test_a_glossary_for_members_lends_its_words_to_them_alone(
    client_of: Callable[[User | None], Client], visitor_client: Client, member: User, address: str, word: str
) -> None:
    assert word not in visitor_client.get(address).content.decode()
    assert word in client_of(member).get(address).content.decode()


@pytest.mark.usefixtures("withheld")
def test_nothing_is_found_by_a_word_of_a_glossary_that_is_withheld(member: User) -> None:
    assert find("deputy minister").total == 0
    assert search(SearchQuery(text="deputy minister", kinds=("page",)), viewer_for(member)).total == 1


def test_a_portal_without_a_glossary_page_has_its_synonyms(glossary: GlossaryPage) -> None:
    glossary.unpublish()
    assert find("deputy minister").total == 1


def test_a_word_of_several_terms_is_shown_as_a_choice(glossary: GlossaryPage, visitor_client: Client) -> None:
    page = visitor_client.get("/search/?q=ps+pay").content.decode()
    assert "“PS” may mean:" in page
    for slug, title in (("deputy-minister", "Deputy minister"), ("public-service", "Public service")):
        assert f'<a href="/glossary/{slug}/">{title}</a>' in page
    assert "may mean" not in visitor_client.get("/search/?q=public+service").content.decode()
    glossary.unpublish()
    assert "may mean" not in visitor_client.get("/search/?q=ps+pay").content.decode(), (
        "there is nowhere to read of them"
    )

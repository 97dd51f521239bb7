"""As many queries for four times the rows, and not more than the budget."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model

from forums.models import BoardPage
from portal.accounts.models import User
from portal.groups import invitations, services
from portal.groups.models import GroupPage, Role
from tests.conftest import make_user
from tests.factories.forums import TopicFactory
from tests.factories.groups import group, news
from tests.factories.pages import add, plain_page
from tests.site.sample import make_concepts

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
URL = "/groups/privacy/"


def queries(client: Client, url: str) -> int:
    """The queries of the second request; "x" is no key that selects a page, so the page cache stands aside."""
    client.get(url, {"x": "1"})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, {"x": "1"}).status_code == 200
    return len(captured)


def fill(page: GroupPage, board: BoardPage, member: User, times: int) -> None:
    """More of everything that a group's pages show."""
    made = page.working_group
    for _ in range(times):
        number = User.objects.count()
        person = make_user(f"person-{number}@example.org", f"Person {number}")
        services.add(made, person, Role.DEPUTY if number % 2 else Role.MEMBER)
        services.request(made, make_user(f"asks-{number}@example.org", f"Asks {number}"))
        invitations.invite(made, f"invited-{number}@example.org", None)
        news(page)
        draft = plain_page(page)
        draft.save_revision()
        document = get_document_model()(title=f"Paper {number}", collection=made.collection)
        document.file.save("paper.txt", ContentFile(b"words"), save=True)
        TopicFactory(board=board, author=member)


@pytest.fixture
def full(boss: User, member: User, insider: User) -> tuple[GroupPage, BoardPage]:
    """A group with everything, product links too."""
    leaf = plain_page()
    page = group(
        title="Privacy working group",
        slug="privacy",
        lead=boss,
        members=[insider],
        objectives=[{"type": "sentence", "value": "One."}],
        agenda=[{"type": "item", "value": {"when": "Month 1", "item": "Call", "kind": "webcast"}}],
        products=[{"type": "product", "value": {"title": "Clauses", "status": "draft", "page": leaf.pk}}],
        concepts=make_concepts(),
    )
    board = add(page, BoardPage(title="Board", slug="board"))
    fill(page, board, member, 2)
    return page, board


@pytest.mark.parametrize(("who", "budget"), [("visitor", 12), ("member", 15), ("insider", 15), ("boss", 15)])
def test_a_group(
    who: str,
    budget: int,
    full: tuple[GroupPage, BoardPage],
    member: User,
    insider: User,
    boss: User,
    client_of: ClientOf,
) -> None:
    client = client_of({"visitor": None, "member": member, "insider": insider, "boss": boss}[who])
    before = queries(client, URL)
    fill(*full, member, 8)
    assert queries(client, URL) == before <= budget


@pytest.mark.parametrize("rest", ["members/", "documents/", "news/", "desk/", "desk/members/", "settings/"])
def test_the_other_pages_of_a_group(
    rest: str, full: tuple[GroupPage, BoardPage], member: User, boss: User, client_of: ClientOf
) -> None:
    client = client_of(boss)
    before = queries(client, URL + rest)
    fill(*full, member, 6)
    assert queries(client, URL + rest) == before <= 16


def test_sixty_groups_take_as_many_queries_as_three(
    page: GroupPage, boss: User, member: User, client_of: ClientOf
) -> None:
    clients = [client_of(None), client_of(member), client_of(boss)]
    group(lead=boss)
    group(lead=boss, members=[member])
    before = [queries(client, "/groups/") for client in clients]
    mine = queries(clients[2], "/groups/mine/")
    for _ in range(57):
        group(lead=boss)
    assert [queries(client, "/groups/") for client in clients] == before
    assert max(before) <= 15
    assert queries(clients[2], "/groups/mine/") == mine <= 15

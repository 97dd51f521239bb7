"""Who is told what waits, on the admin's home."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums.models import BoardPage, ForumIndexPage
from portal.accounts.models import User, WaitingAccount
from portal.core import waiting
from portal.core.models import ProblemReport
from portal.core.viewer import VISITOR, viewer_for
from portal.groups import services
from portal.groups.models import GroupPage, Visibility
from tests.conftest import make_user
from tests.factories.forums import TopicFactory
from tests.factories.groups import group
from tests.factories.pages import add, index, plain_page

pytestmark = pytest.mark.django_db


def told(user: User | None) -> list[str]:
    return [line.sentence for line in waiting.lines(viewer_for(user) if user else VISITOR)]


@pytest.fixture
def quiet(lead: User, member: User) -> GroupPage:
    """A private group with a request, a question and a draft."""
    page = group(title="Quiet circle", slug="quiet", lead=lead, visibility=Visibility.PUBLIC)
    services.request(page.working_group, member)
    services.set_visibility(page.working_group, Visibility.PRIVATE)
    TopicFactory(board=add(page, BoardPage(title="Board", slug="board")), author=lead)
    plain_page(page).save_revision(user=lead)
    return page


def test_a_lead_is_told_what_waits_in_their_group_and_nobody_else_hears_of_it(
    quiet: GroupPage, lead: User, member: User, editor: User, moderator: User
) -> None:
    assert told(lead) == [
        "Quiet circle: 1 request to join",
        "Quiet circle: 1 question without an answer",
        "Quiet circle: 1 draft",
    ]
    for user in (None, member, editor, moderator):
        assert told(user) == []


def test_a_lead_without_anything_to_do_finds_the_desk(home: object, lead: User) -> None:
    page = group(title="Calm circle", lead=lead)
    assert [(line.sentence, line.url) for line in waiting.lines(viewer_for(lead))] == [
        ("Calm circle: nothing waits at the desk", f"{page.url}desk/")
    ]


def test_moderators_are_told_of_accounts_reports_and_open_questions(
    home: object, member: User, editor: User, moderator: User, administrator: User
) -> None:
    newcomer = make_user("new@example.org", "A newcomer")
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    WaitingAccount.objects.create(user=newcomer, confirmed_at=timezone.now())
    ProblemReport.objects.create(page="/", message="A word is wrong.")
    ProblemReport.objects.create(page="/", message="Was wrong.", settled=True)
    board = add(index(ForumIndexPage, "forums"), BoardPage(title="Board", slug="board"))
    TopicFactory(board=board, author=member)
    for user in (moderator, administrator):
        assert told(user) == [
            "1 person waits for an account.",
            "1 report of a problem is not settled.",
            "1 question on the general boards has no answer.",
        ]
    assert told(editor) == told(member) == []


def test_editors_are_told_of_their_own_drafts_only(home: object, editor: User, moderator: User) -> None:
    page = plain_page(title="About us")
    page.title = "About all of us"
    page.save_revision(user=editor)
    assert told(editor) == ["“About all of us” has changes of yours that are not published."]
    assert told(moderator) == []


def test_the_admin_says_so_on_its_first_page(
    quiet: GroupPage, lead: User, editor: User, client_of: Callable[[User | None], Client]
) -> None:
    html = client_of(lead).get("/admin/").content.decode()
    assert "Waiting for you" in html
    assert f'<a href="{quiet.url}desk/#requests">Quiet circle: 1 request to join</a>' in html
    assert "Nothing waits for you." in client_of(editor).get("/admin/").content.decode()


def test_more_groups_and_more_that_waits_cost_no_more_queries(quiet: GroupPage, lead: User, member: User) -> None:
    def queries() -> int:
        viewer = viewer_for(lead)
        with CaptureQueriesContext(connection) as captured:
            waiting.lines(viewer)
        return len(captured)

    before = queries()
    for number in range(4):
        page = group(title=f"Group {number}", lead=lead)
        services.request(page.working_group, member)
        plain_page(page).save_revision()
    assert queries() == before

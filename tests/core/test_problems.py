"""'Report a problem with this page': heard, listed, and no door for robots."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from portal.accounts.models import User
from portal.core.models import ProblemReport
from portal.core.problems.forms import own_address
from portal.core.problems.services import tell_contact

pytestmark = pytest.mark.django_db

TYPED = {"page": "/cases/", "message": "The second source is gone.", "email": "reader@example.org", "trap": ""}


@pytest.fixture(autouse=True)
def _contact(settings: object) -> None:
    settings.PORTAL_CONTACT = "help@example.gov"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/cases/", "/cases/"),
        ("/search/?q=payback", "/search/?q=payback"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nb", "/"),
        ("/" + "x" * 600, "/"),
        ("", "/"),
    ],
)
def test_only_addresses_within_the_portal_are_kept(typed: str, kept: str) -> None:
    assert own_address(typed) == kept


def test_a_visitor_reports_and_is_led_back(home: object, visitor_client: Client) -> None:
    assert "/cases/" in visitor_client.get("/report/?page=/cases/").content.decode()
    page = visitor_client.post("/report/", TYPED, follow=True).content.decode()
    assert 'href="/cases/"' in page
    report = ProblemReport.objects.get()
    assert (report.page, report.message, report.email, report.reporter) == (
        "/cases/", "The second source is gone.", "reader@example.org", None,
    )  # fmt: skip
    (message,) = mail.outbox
    assert message.to == ["help@example.gov"]
    assert message.reply_to == ["reader@example.org"]
    assert "second source" in str(message.body)


def test_a_members_report_says_who(home: object, member: User, client_of: Callable[[User], Client]) -> None:
    client_of(member).post("/report/", {**TYPED, "email": ""})
    assert ProblemReport.objects.get().reporter == member


def test_the_mail_sent_twice_is_the_same_mail(home: object, visitor_client: Client) -> None:
    visitor_client.post("/report/", TYPED)
    tell_contact.func(ProblemReport.objects.get().pk)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    tell_contact.func(0)
    assert len(mail.outbox) == 2


def test_a_robot_gets_the_same_answer_and_nothing_is_kept(home: object, visitor_client: Client) -> None:
    honest = Client().post("/report/", TYPED).headers["Location"]
    ProblemReport.objects.all().delete()
    assert visitor_client.post("/report/", {**TYPED, "trap": "x"}).headers["Location"] == honest
    assert not ProblemReport.objects.exists()


def test_a_flood_is_stopped_with_a_sentence_and_keeps_what_was_typed(home: object, visitor_client: Client) -> None:
    for _time in range(6):
        visitor_client.post("/report/", TYPED)
    response = visitor_client.post("/report/", TYPED)
    assert response.status_code == 429
    assert "try again later" in response.content.decode()
    assert "The second source is gone." in response.content.decode()
    assert ProblemReport.objects.count() == 6


@pytest.mark.parametrize("changes", [{"message": ""}, {"message": "x" * 4001}, {"email": "no address"}])
def test_what_is_wrong_is_said_and_nothing_is_kept(
    home: object, visitor_client: Client, changes: dict[str, str]
) -> None:
    response = visitor_client.post("/report/", {**TYPED, **changes})
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert not ProblemReport.objects.exists()


def test_a_message_that_fills_its_box_is_taken_whole(home: object, visitor_client: Client) -> None:
    # A browser sends each line end as two characters, and counts one.
    message = ("x" * 99 + "\n") * 40
    response = visitor_client.post("/report/", {**TYPED, "message": message[:-1].replace("\n", "\r\n") + "\x00"})
    assert response.status_code == 302
    assert ProblemReport.objects.get().message == message[:-1]


def test_moderators_list_and_settle_reports_and_nobody_adds_one(
    home: object, moderator: User, editor: User, client_of: Callable[[User], Client]
) -> None:
    report = ProblemReport.objects.create(page="/cases/", message="Gone.")
    client = client_of(moderator)
    assert "/cases/" in client.get("/admin/problem_reports/").content.decode()
    client.post(f"/admin/problem_reports/edit/{report.pk}/", {"settled": "on", "note": "Mended."})
    report.refresh_from_db()
    assert (report.settled, report.message) == (True, "Gone.")
    assert client.get("/admin/problem_reports/new/").status_code != 200
    assert client_of(editor).get("/admin/problem_reports/").status_code != 200

"""Writing to a member shows no address, goes no faster than five a day, and can be refused without a word."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.core.models import Letter
from portal.core.viewer import VISITOR, viewer_for
from portal.members import access, services
from portal.members.models import Block, Message, Profile, Upload
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]
TOKEN = "abcdefghijklmnopqrstuvwx"


@pytest.fixture
def write(member: User, other_member: User, client_of: Clients) -> Callable[..., Any]:
    """Post the form from `member` to `other_member`."""

    def post(text: str = "May I ask you something?", token: str = TOKEN, sender: User | None = None) -> Any:
        client = client_of(sender or member)
        return client.post(f"/members/{other_member.pk}/contact/", {"text": text, "token": token})

    return post


def test_the_mail_shows_neither_address_and_leads_back(
    write: Callable[..., Any], member: User, other_member: User
) -> None:
    response = write("Dear colleague,\n\nmay I <b>ask</b> you something?")
    assert response.status_code == 302
    (sent,) = mail.outbox
    assert sent.to == [other_member.email]
    assert member.email not in str(sent.message())
    assert "Reply-To" not in sent.message()
    assert not sent.reply_to
    assert sent.subject == "A county finance director writes to you"
    assert "may I <b>ask</b> you something?" in sent.body
    assert f"/members/{member.pk}/contact/" in sent.body
    assert f"/report/?page=/members/{member.pk}/" in sent.body
    (html, _kind) = sent.alternatives[0]  # type: ignore[attr-defined]
    assert "&lt;b&gt;ask&lt;/b&gt;" in html


def test_a_form_sent_twice_sends_one_mail(write: Callable[..., Any]) -> None:
    assert write().status_code == write().status_code == 302
    assert len(mail.outbox) == 1
    assert Message.objects.count() == 1


def test_five_a_day_and_then_a_sentence(write: Callable[..., Any], member: User) -> None:
    for number in range(services.MESSAGES_A_DAY):
        assert write(token=f"{TOKEN}{number}").status_code == 302
    response = write("Keep these words", token=f"{TOKEN}x")
    page = response.content.decode()
    assert response.status_code == 200
    assert "You have written 5 messages within a day" in page
    assert "Keep these words" in page
    assert len(mail.outbox) == 5
    # The same form again is no new message.
    assert write(token=f"{TOKEN}0").status_code == 302
    Message.objects.filter(sender=member).update(created_at=timezone.now() - services.DAY)
    assert write(token=f"{TOKEN}x").status_code == 302


def test_who_is_blocked_is_not_told_and_no_mail_goes_out(
    write: Callable[..., Any], member: User, other_member: User, client_of: Clients
) -> None:
    unblocked = write(token=f"{TOKEN}1")
    receiver = client_of(other_member)
    assert receiver.post(f"/members/{member.pk}/block/", {"do": "block"}).status_code == 302
    blocked = write(token=f"{TOKEN}2")
    assert (blocked.status_code, blocked.headers["Location"]) == (unblocked.status_code, unblocked.headers["Location"])
    assert len(mail.outbox) == 1
    assert member.name in receiver.get("/members/me/blocks/").content.decode()
    assert receiver.post("/members/me/blocks/", {"member": member.pk}).status_code == 302
    write(token=f"{TOKEN}3")
    assert len(mail.outbox) == 2


def test_blocked_messages_count_too(write: Callable[..., Any], member: User, other_member: User) -> None:
    services.block(other_member, member.pk)
    for number in range(services.MESSAGES_A_DAY):
        write(token=f"{TOKEN}{number}")
    assert "within a day" in write(token=f"{TOKEN}x").content.decode()


def test_a_block_or_a_closed_account_stops_a_mail_that_waits(member: User, other_member: User) -> None:
    from portal.members.letters import compose_message

    message, _ = services.send(member, Profile.objects.get(user=other_member), "Hello")
    letter = Letter.objects.select_related("recipient").get(about=message.pk)
    assert compose_message(letter) is not None
    services.block(other_member, member.pk)
    assert compose_message(letter) is None
    services.unblock(other_member, member.pk)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert compose_message(letter) is None
    Message.objects.all().delete()
    assert compose_message(letter) is None


def test_blocking_twice_or_oneself_changes_nothing(member: User, other_member: User) -> None:
    assert services.block(member, other_member.pk)
    assert not services.block(member, other_member.pk)
    assert not services.block(member, member.pk)
    assert services.unblock(member, other_member.pk)
    assert not services.unblock(member, other_member.pk)


def test_nobody_writes_to_who_takes_no_messages_except_to_answer(
    write: Callable[..., Any], member: User, other_member: User, client_of: Clients
) -> None:
    services.update(other_member, contactable=False)
    page = client_of(member).get(f"/members/{other_member.pk}/").content.decode()
    assert "This member takes no messages" in page
    assert write().status_code == 404
    services.send(other_member, Profile.objects.get(user=member), "I have a question for you.")
    assert write().status_code == 302


def test_who_may_write_to_whom(member: User, other_member: User) -> None:
    profile = Profile.objects.get(user=other_member)
    assert access.can_contact(viewer_for(member), profile)
    assert not access.can_contact(viewer_for(other_member), profile)
    assert not access.can_contact(VISITOR, profile)
    assert not access.can_block(VISITOR, profile)
    assert not access.can_block(viewer_for(other_member), profile)


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "Write something first"), (" \n\t ", "Write something first"), ("x" * 4001, "4001")]
)
def test_an_empty_or_endless_message_gets_a_sentence(text: str, sentence: str, write: Callable[..., Any]) -> None:
    page = write(text).content.decode()
    assert sentence in page
    assert "There is a problem" in page
    assert not mail.outbox


def test_a_message_to_oneself_has_no_page(member: User, client_of: Clients) -> None:
    assert client_of(member).get(f"/members/{member.pk}/contact/").status_code == 404
    assert client_of(member).post(f"/members/{member.pk}/block/").status_code == 404
    assert not Block.objects.exists()


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 40, "²"])
def test_unblocking_nobody_changes_nothing(typed: str, member: User, client_of: Clients) -> None:
    assert client_of(member).post("/members/me/blocks/", {"member": typed}).status_code == 302


def test_old_messages_and_lists_that_nobody_confirmed_are_forgotten(member: User, other_member: User) -> None:
    old, _ = services.send(member, Profile.objects.get(user=other_member), "Long ago")
    Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - services.MESSAGES_KEPT)
    new, _ = services.send(member, Profile.objects.get(user=other_member), "Now")
    Upload.objects.create(by=member, name="old", created_at=timezone.now() - services.UPLOAD_KEPT)
    kept = Upload.objects.create(by=member, name="new")
    assert services.forget() == "messages forgotten: 1, lists: 1"
    assert list(Message.objects.all()) == [new]
    assert list(Upload.objects.all()) == [kept]


def test_who_has_no_confirmed_address_gets_no_mail(member: User, client_of: Clients) -> None:
    receiver = make_user("third@example.org", "A third")
    EmailAddress.objects.filter(user=receiver).delete()
    services.send(member, Profile.objects.get(user=receiver), "Hello")
    assert not mail.outbox

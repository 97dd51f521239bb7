"""Invitations to the portal: a letter, a link that proves the address, and nothing that tells who has an account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from portal.accounts import letters, services
from portal.accounts.models import Invitation, User
from portal.accounts.signals import invitation_accepted
from portal.accounts.tokens import open_invitation, token_of
from portal.core.models import Letter

pytestmark = pytest.mark.django_db

EMAIL = "invited@example.org"
TYPED = {
    "email": EMAIL,
    "password1": "seven quiet otters",
    "name": "A town clerk",
    "affiliation": "government",
    "organisation": "",
    "website": "",
}


@pytest.fixture
def invitation(home: object, administrator: User) -> Invitation:
    """An open invitation whose letter has gone out."""
    made, _new = services.invite(EMAIL, administrator, note="We met in Boise.", name="A town clerk", data={"x": 1})
    return made


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/accounts/invitation/\S+)", str(message.body))
    assert found
    return found.group(1)


def sign_up(client: Client, **changes: str) -> HttpResponse:
    return client.post("/accounts/signup/", {**TYPED, **changes})  # type: ignore[return-value]


def test_an_invitation_is_a_letter_with_note_and_link(invitation: Invitation) -> None:
    [letter] = mail.outbox
    assert letter.to == [EMAIL]
    assert "The portal administrator" in letter.body
    assert "We met in Boise." in letter.body
    assert open_invitation(link_in(letter).rstrip("/").rpartition("/")[2]) == invitation
    assert not Letter.objects.get().address, "the address is forgotten with the letter"


def test_inviting_twice_sends_one_letter(invitation: Invitation, administrator: User) -> None:
    again, made = services.invite(EMAIL.upper(), administrator)
    assert (again, made) == (invitation, False)
    assert Letter.objects.count() == 1


def test_what_is_no_address_is_refused(administrator: User) -> None:
    with pytest.raises(ValidationError):
        services.invite("nobody", administrator)
    assert not Invitation.objects.exists()


def test_an_old_invitation_gives_way_to_a_new_one(invitation: Invitation, administrator: User) -> None:
    Invitation.objects.update(expires_at=timezone.now())
    new, made = services.invite(EMAIL, administrator)
    assert made
    assert new.pk != invitation.pk
    assert open_invitation(token_of(invitation)) is None


@pytest.mark.parametrize("mode", ["open", "domains", "approval", "invitation"])
def test_the_link_passes_every_limit_and_proves_the_address(invitation: Invitation, mode: str) -> None:
    with override_settings(SIGNUP_MODE=mode, SIGNUP_DOMAINS=["agency.example"]):
        reader = Client()
        response = reader.get(link_in(mail.outbox[0]))
        assert response.headers["Location"] == "/accounts/signup/"
        page = reader.get("/accounts/signup/").content.decode()
        assert f'value="{EMAIL}"' in page
        assert 'value="A town clerk"' in page
        mail.outbox.clear()
        assert sign_up(reader).headers["Location"] == "/"
        assert reader.get("/accounts/").status_code == 200, "signed in at once"
    user = User.objects.get(email=EMAIL)
    assert user.is_active
    assert EmailAddress.objects.get(user=user).verified
    assert not mail.outbox
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert invitation.data == {}


def test_another_address_than_the_invited_one_is_not_proved(invitation: Invitation) -> None:
    reader = Client()
    reader.get(link_in(mail.outbox[0]))
    assert sign_up(reader, email="other@example.org").headers["Location"] == "/accounts/confirm-email/"
    assert not EmailAddress.objects.get(email="other@example.org").verified
    invitation.refresh_from_db()
    assert invitation.is_open


def test_by_invitation_only_another_address_is_refused(invitation: Invitation) -> None:
    with override_settings(SIGNUP_MODE="invitation"):
        reader = Client()
        reader.get(link_in(mail.outbox[0]))
        page = sign_up(reader, email="other@example.org").content.decode()
    assert "Use the address to which the invitation was sent" in page
    assert not User.objects.filter(email="other@example.org").exists()


def test_rooms_hear_of_an_acceptance_while_the_data_is_there(invitation: Invitation) -> None:
    heard = []

    def hear(invitation: Invitation, user: User, **kwargs: object) -> None:
        heard.append((invitation.data, user.email))

    invitation_accepted.connect(hear)
    try:
        reader = Client()
        reader.get(link_in(mail.outbox[0]))
        sign_up(reader)
    finally:
        invitation_accepted.disconnect(hear)
    assert heard == [({"x": 1}, EMAIL)]


def test_signing_up_without_the_link_accepts_once_the_address_is_confirmed(invitation: Invitation) -> None:
    reader = Client()
    mail.outbox.clear()
    sign_up(reader)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    found = re.search(r"/accounts/confirm-email/\S+", str(mail.outbox[0].body))
    assert found
    reader.post(found.group())
    invitation.refresh_from_db()
    assert invitation.accepted_by == User.objects.get(email=EMAIL)


def test_inviting_a_member_says_so_in_the_letter_alone(home: object, administrator: User, member: User) -> None:
    _invitation, made = services.invite(member.email, administrator)
    assert made, "to the inviter it looks like any other"
    assert "You already have an account" in str(mail.outbox[0].body)
    reader = Client()
    link = link_in(mail.outbox[0])
    assert reader.get(link).headers["Location"] == f"/accounts/login/?next={link}"


def test_a_member_who_follows_the_link_accepts_and_others_do_not(
    home: object, administrator: User, member: User, other_member: User, client_of: Callable[[User], Client]
) -> None:
    invitation, _made = services.invite(member.email, administrator)
    link = f"/accounts/invitation/{token_of(invitation)}/"
    client_of(other_member).get(link)
    invitation.refresh_from_db()
    assert invitation.is_open
    client_of(member).get(link)
    invitation.refresh_from_db()
    assert invitation.accepted_by == member


def test_a_revoked_invitation_leads_nowhere_and_an_owed_letter_is_not_sent(home: object, administrator: User) -> None:
    invitation, _made = services.invite(EMAIL, administrator)
    assert services.revoke_invitation(invitation)
    letter = Letter(kind=letters.INVITATION, about=invitation.pk, address=EMAIL)
    assert letters.compose_invitation(letter) is None
    assert not services.revoke_invitation(invitation)
    assert Client().get(f"/accounts/invitation/{token_of(invitation)}/").status_code == 404


def test_resending_owes_a_second_letter_and_begins_the_time_again(invitation: Invitation) -> None:
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert services.resend_invitation(invitation)
    assert len(mail.outbox) == 2
    invitation.refresh_from_db()
    assert invitation.expires_at > timezone.now() + timedelta(days=20)


@pytest.mark.parametrize("token", ["x", "1", "1.x", "١.x", "9" * 30 + ".x", ".", "1.%00", "-1.x"])
def test_made_up_links_are_refused(invitation: Invitation, token: str) -> None:
    response = Client().get(f"/accounts/invitation/{token}/")
    assert response.status_code == 404
    assert "no longer works" in response.content.decode()


def test_a_link_of_another_invitation_does_not_fit(invitation: Invitation, administrator: User) -> None:
    other, _made = services.invite("second@example.org", administrator)
    forged = f"{invitation.pk}.{token_of(other).partition('.')[2]}"
    assert open_invitation(forged) is None


def test_old_invitations_are_forgotten_and_accepted_ones_kept(invitation: Invitation, administrator: User) -> None:
    kept, _made = services.invite("kept@example.org", administrator)
    Invitation.objects.filter(pk=kept.pk).update(accepted_at=timezone.now())
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=31))
    assert services.forget_old_invitations() == "invitations forgotten: 1"
    assert list(Invitation.objects.all()) == [kept]

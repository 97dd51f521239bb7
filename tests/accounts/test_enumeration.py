"""Neither the answer nor the work behind it tells who has an account."""

from typing import ClassVar

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from portal.accounts.models import User
from tests.accounts.test_sign_up_modes import shown, sign_up

pytestmark = pytest.mark.django_db

STRANGER = "stranger@example.org"


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed: by far the longest work of every door."""

    algorithm = "counting"
    done: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.done.append(password)
        return super().encode(password, salt)


def sign_in(client: Client, email: str) -> HttpResponse:
    return client.post("/accounts/login/", {"login": email, "password": "wrong"})  # type: ignore[return-value]


def reset(client: Client, email: str) -> HttpResponse:
    return client.post("/accounts/password/reset/", {"email": email}, follow=True)  # type: ignore[return-value]


def join(client: Client, email: str) -> HttpResponse:
    sign_up(client, email=email)
    return client.get("/accounts/confirm-email/")  # type: ignore[return-value]


@pytest.mark.parametrize("mode", ["open", "approval"])
@pytest.mark.parametrize(("door", "mails"), [(sign_in, 0), (reset, 1), (join, 1)])
def test_a_member_and_a_stranger_get_one_answer_after_the_same_work(
    home: object, mode: str, door: object, mails: int
) -> None:
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"], SIGNUP_MODE=mode):
        member = User.objects.create_user("known@example.org", "correct horse", name="A known member")
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        answers = []
        for email in (member.email, STRANGER):
            cache.clear()
            mail.outbox.clear()
            CountingHasher.done.clear()
            response = door(Client(), email)  # type: ignore[operator]
            assert [message.to for message in mail.outbox] == [[email]] * mails
            answers.append((response.status_code, shown(response), len(CountingHasher.done)))
    assert answers[0] == answers[1]

"""Where allauth asks the portal: mails in our name, who may sign up and sign in, and how secrets are kept."""

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import has_verified_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy, ngettext

from portal.accounts import admission, history, secrets
from portal.accounts.models import User, WaitingAccount

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sends mails at once, not by the outbox: their links are secrets, and a task's row would keep them."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, or log that it could not be done.

        The answer must be the same whether a mail went out or not, or it would tell who has an account; the page says
        what to do when no mail comes.
        """
        names = {"portal_name": settings.PORTAL_NAME, "base_url": settings.BASE_URL}
        try:
            super().send_mail(template_prefix, email, {**names, **context})
        except (SMTPException, OSError) as error:
            log.error("A mail (%s) could not be sent: %s", template_prefix, type(error).__name__)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return admission.is_open(request)

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Who came by the link of a letter has proved that its address is theirs."""
        return admission.invitation_for(request, email) is not None

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        waits = admission.has_to_wait(request, str(form.cleaned_data["email"]))
        user.is_active = not waits
        saved: User = super().save_user(request, user, form, commit)
        if waits:
            WaitingAccount.objects.create(user=saved)
        return saved

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """A waiting account goes as far as confirming its address: up to there it looks like every other."""
        if admission.is_waiting(user):
            return redirect("accounts_waiting") if has_verified_email(user) else None
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: User) -> None:
        """Whatever way led here, an account that is not active is not signed in."""
        if not user.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        super().login(request, user)


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticators encrypted, and speaks the portal's language."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or no longer: enter the one that is shown now."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; a random one, so that no code fits, where the key that encrypted it is gone."""
        try:
            return secrets.decrypt(encrypted_text)
        except secrets.UnreadableSecretError:
            log.error("The secret of an authenticator cannot be read: was SECRET_KEY changed without a fallback?")
            return generate_totp_secret()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A name that tells keys apart until the member gives a better one."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        return str(settings.PORTAL_NAME)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Writes down that sessions were ended."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            sentence = ngettext("%(count)s session", "%(count)s sessions", len(ended)) % {"count": len(ended)}
            history.record(ended[0].user_id, "sessions_ended", sentence, self.request)

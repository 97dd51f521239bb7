"""Who may make an account, by SIGNUP_MODE. None of the answers says who has an account, or who was invited."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from portal.accounts.models import Invitation, User, WaitingAccount

OPEN, DOMAINS, APPROVAL, INVITATION = MODES = ("open", "domains", "approval", "invitation")
# Where the number of the invitation stands whose link was followed in this session.
SESSION_KEY = "accounts_invitation"


def remember_invitation(request: HttpRequest, invitation: Invitation) -> None:
    """The browser came by the link of `invitation`; sign-up will know."""
    request.session[SESSION_KEY] = invitation.pk


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation by whose link this browser came, while it can be accepted."""
    number = request.session.get(SESSION_KEY)
    return Invitation.objects.open().filter(pk=number).first() if number else None


def invitation_for(request: HttpRequest, email: str) -> Invitation | None:
    """The same, if it was sent to `email`."""
    invitation = invitation_of(request)
    return invitation if invitation is not None and invitation.email == email.lower() else None


def is_open(request: HttpRequest) -> bool:
    """Whether there is a form to sign up at all."""
    return settings.SIGNUP_MODE != INVITATION or invitation_of(request) is not None


def may_sign_up(request: HttpRequest, email: str) -> bool:
    """Whether an account for `email` may be asked for. The same for addresses with and without an account."""
    if invitation_for(request, email) is not None:
        return True
    if settings.SIGNUP_MODE == DOMAINS:
        return email.rpartition("@")[2].lower() in settings.SIGNUP_DOMAINS
    return bool(settings.SIGNUP_MODE != INVITATION)


def refusal() -> str:
    """What an address that may have no account is told: whom accounts are for."""
    if settings.SIGNUP_MODE == DOMAINS:
        domains = ", ".join(f"@{domain}" for domain in settings.SIGNUP_DOMAINS)
        return gettext(
            "Accounts are for addresses that end in: %(domains)s. If you were invited, use the link in the letter."
        ) % {"domains": domains}
    return gettext("Use the address to which the invitation was sent.")


def has_to_wait(request: HttpRequest, email: str) -> bool:
    """Whether a new account for `email` waits for an administrator."""
    return settings.SIGNUP_MODE == APPROVAL and invitation_for(request, email) is None


def is_waiting(user: User) -> bool:
    """Whether the account waits for an administrator. No query for an active one."""
    return not user.is_active and WaitingAccount.objects.filter(pk=user.pk).exists()


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address belongs to an account. Only for the reader of that address's mail."""
    return EmailAddress.objects.filter(email__iexact=invitation.email, verified=True).exists()

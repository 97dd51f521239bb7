"""The letters about having an account: an invitation, and what became of a request for one."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import Invitation
from portal.accounts.tokens import token_of
from portal.core import letters
from portal.core.models import Letter

INVITATION = "account-invitation"
APPROVED = "account-approved"
DECLINED = "account-declined"
FACTOR_REMOVED = "factor-removed"


def compose_invitation(letter: Letter) -> EmailMultiAlternatives | None:
    """The invitation with its link, or the way to sign in if there is an account; None if it was taken back."""
    invitation = Invitation.objects.open().select_related("invited_by").filter(pk=letter.about or 0).first()
    if invitation is None:
        return None
    has_account = EmailAddress.objects.filter(email__iexact=invitation.email, verified=True).exists()
    return letters.compose(
        letter,
        subject=_("You are invited to %(portal)s") % {"portal": settings.PORTAL_NAME},
        template="accounts/email/invitation",
        context={
            "invitation": invitation,
            "has_account": has_account,
            "path": reverse("accounts_invitation", args=[token_of(invitation)]),
        },
    )


def compose_approved(letter: Letter) -> EmailMultiAlternatives | None:
    """Tells a new member that they may sign in now."""
    return letters.compose(
        letter,
        subject=_("Your account is open"),
        template="accounts/email/approved",
        context={"path": reverse("account_login")},
    )


def compose_declined(letter: Letter) -> EmailMultiAlternatives | None:
    """Tells somebody that there will be no account; what they gave us is deleted by then."""
    return letters.compose(
        letter, subject=_("About the account that you asked for"), template="accounts/email/declined", context={}
    )


def compose_factor_removed(letter: Letter) -> EmailMultiAlternatives | None:
    """Tells a member that an administrator removed their second factor."""
    return letters.compose(
        letter,
        subject=_("Your second factor was removed"),
        template="accounts/email/factor_removed",
        context={"path": reverse("mfa_index")},
    )


letters.register(FACTOR_REMOVED, compose_factor_removed)
letters.register(INVITATION, compose_invitation)
letters.register(APPROVED, compose_approved)
letters.register(DECLINED, compose_declined)

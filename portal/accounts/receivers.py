"""What allauth tells of accounts, written into their history; and what follows from a confirmed address."""

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.accounts import second_factor, services
from portal.accounts.history import record
from portal.accounts.models import User

Kind = Authenticator.Type


@receiver(account.user_signed_up)
def signed_up(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(user.pk, "signed_up", request=request)
    if EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        services.accept_invitations(user, user.email)


@receiver(account.user_logged_in)
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(user.pk, "signed_in", _how(request, user), request)


def _how(request: HttpRequest, user: User) -> str:
    records = get_authentication_records(request, user)
    last = records[-1] if records else {}
    if last.get("passwordless"):
        return _("with a passkey")
    kinds = {
        Kind.TOTP: _("with password and authenticator app"),
        Kind.WEBAUTHN: _("with password and passkey"),
        Kind.RECOVERY_CODES: _("with password and a recovery code"),
    }
    return kinds.get(last.get("type"), _("with the password"))


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(user.pk, "password_changed", request=request)


@receiver(account.password_reset)
def password_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(user.pk, "password_reset", request=request)


@receiver(account.email_added)
def address_added(request: HttpRequest, user: User, email_address: EmailAddress, **kwargs: Any) -> None:
    record(user.pk, "address_added", email_address.email, request)


@receiver(account.email_changed)
def address_changed(request: HttpRequest, user: User, to_email_address: EmailAddress, **kwargs: Any) -> None:
    record(user.pk, "address_changed", to_email_address.email, request)


@receiver(account.email_removed)
def address_removed(request: HttpRequest, user: User, email_address: EmailAddress, **kwargs: Any) -> None:
    record(user.pk, "address_removed", email_address.email, request)


@receiver(account.email_confirmed)
def address_confirmed(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """An invitation that the address was sent counts now, whether its link was followed or not."""
    record(email_address.user_id, "address_confirmed", email_address.email, request)
    user = User.objects.get(pk=email_address.user_id)
    invited = services.accept_invitations(user, email_address.email)
    services.note_confirmation(user, invited=invited)


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting a factor up proved it: this session need not prove it again at once."""
    if authenticator.type not in second_factor.FACTORS:
        record(user.pk, "codes_made", request=request)
        return
    record(user.pk, "factor_added", name_of(authenticator), request)
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(mfa.authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type in second_factor.FACTORS:
        record(user.pk, "factor_removed", name_of(authenticator), request)


@receiver(mfa.authenticator_reset)
def codes_made(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(user.pk, "codes_made", request=request)


@receiver(mfa.authentication_failed)
def code_refused(request: HttpRequest, user: User, reauthentication: bool = False, **kwargs: Any) -> None:
    """The password was right and the code was not. Wrong passwords alone are not written down: that would take longer
    for an address with an account than for one without."""
    if not reauthentication:
        record(user.pk, "sign_in_failed", _("the password was right, the code was not"), request)


def name_of(authenticator: Authenticator) -> str:
    """Such as "Passkey: Work laptop"."""
    if authenticator.type == Kind.WEBAUTHN:
        return _("Passkey: %(name)s") % {"name": authenticator.wrap().name}
    return _("Authenticator app")

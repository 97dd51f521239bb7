"""Writes to accounts that allauth does not do itself."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts import secrets
from portal.accounts.history import record
from portal.accounts.letters import APPROVED, DECLINED, FACTOR_REMOVED, INVITATION
from portal.accounts.models import Invitation, User, WaitingAccount
from portal.accounts.signals import invitation_accepted
from portal.core import letters

LONGEST_NAME = 120
LONGEST_NOTE = 1000
# How long an invitation that led to nothing, and an account that was never confirmed, are kept.
FORGOTTEN = timedelta(days=30)


@transaction.atomic
def confirm_address(user: User) -> bool:
    """Make `user.email` the confirmed primary address. False if it was already, or if another account confirmed it."""
    if EmailAddress.objects.filter(email__iexact=user.email, verified=True).exclude(user=user).exists():
        return False
    if EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True, primary=True).exists():
        return False
    EmailAddress.objects.filter(user=user, primary=True).exclude(email__iexact=user.email).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )
    return True


@transaction.atomic
def invite(
    email: str, by: User | None, note: str = "", name: str = "", data: Mapping[str, Any] | None = None
) -> tuple[Invitation, bool]:
    """Invite `email` to the portal and owe the letter. False if an invitation to it is open already: it stays as it is.

    Whether the address has an account makes no difference here, so the inviter learns nothing; the letter differs.
    Raises ValidationError for what is no address.
    """
    address = email.strip().lower()
    validate_email(address)
    now = timezone.now()
    waiting = Invitation.objects.filter(email=address, accepted_at=None, revoked_at=None)
    waiting.filter(expires_at__lte=now).update(revoked_at=now)
    invitation, made = Invitation.objects.get_or_create(
        email=address,
        accepted_at=None,
        revoked_at=None,
        defaults={
            "name": name[:LONGEST_NAME],
            "note": note[:LONGEST_NOTE],
            "data": dict(data or {}),
            "invited_by": by,
            "expires_at": now + timedelta(days=settings.INVITATION_DAYS),
        },
    )
    if not made:
        return invitation, False
    _owe_invitation(invitation)
    return invitation, True


@transaction.atomic
def resend_invitation(invitation: Invitation) -> bool:
    """Owe the letter once more, and let the time begin again. False if it was accepted or taken back."""
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at or row.revoked_at:
        return False
    row.letters += 1
    row.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    row.save(update_fields=["letters", "expires_at"])
    return _owe_invitation(row)


@transaction.atomic
def revoke_invitation(invitation: Invitation) -> bool:
    """Take the invitation back: its link no longer works. False if it was accepted or taken back before."""
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    return bool(waiting.update(revoked_at=timezone.now(), data={}))


@transaction.atomic
def accept_invitations(user: User, email: str) -> bool:
    """Let `user`, who has proved that `email` is theirs, accept what that address was sent. False if nothing was."""
    invitation = Invitation.objects.open().select_for_update().filter(email=email.lower()).first()
    if invitation is None:
        return False
    invitation.accepted_by = user
    invitation.accepted_at = timezone.now()
    invitation_accepted.send(sender=Invitation, invitation=invitation, user=user)
    invitation.data = {}
    invitation.save(update_fields=["accepted_by", "accepted_at", "data"])
    return True


def _owe_invitation(invitation: Invitation) -> bool:
    return letters.owe(
        INVITATION, f"{invitation.pk}-{invitation.letters}", address=invitation.email, about=invitation.pk
    )


@transaction.atomic
def approve(waiting: WaitingAccount) -> bool:
    """Make the waiting account active and owe its member the letter. False if that, or the contrary, was done."""
    gone, _rows = WaitingAccount.objects.filter(pk=waiting.pk).delete()
    if not gone:
        return False
    user = User.objects.get(pk=waiting.user_id)
    user.is_active = True
    # Saved, not updated past the signals: the directory hears of it.
    user.save(update_fields=["is_active"])
    record(waiting.user_id, "approved")
    letters.owe(APPROVED, str(waiting.user_id), recipient=waiting.user_id)
    return True


@transaction.atomic
def decline(waiting: WaitingAccount) -> bool:
    """Delete the waiting account, and owe its address the letter. False if it was approved or declined before.

    One that an administrator has made active meanwhile, in its own form, only waits no longer.
    """
    gone, _rows = WaitingAccount.objects.filter(pk=waiting.pk).delete()
    if not gone:
        return False
    user = User.objects.get(pk=waiting.user_id)
    if user.is_active:
        return False
    if waiting.confirmed_at:
        letters.owe(DECLINED, str(user.pk), address=user.email)
    user.delete()
    return True


@transaction.atomic
def note_confirmation(user: User, *, invited: bool = False) -> bool:
    """The waiting account's address is confirmed: list it, or approve it at once if its owner was invited.

    False if the account does not wait.
    """
    waiting = WaitingAccount.objects.filter(pk=user.pk).first()
    if waiting is None:
        return False
    if invited:
        return approve(waiting)
    return bool(WaitingAccount.objects.filter(pk=user.pk, confirmed_at=None).update(confirmed_at=timezone.now()))


def forget_old_invitations() -> str:
    """Delete what was never accepted, and addresses with it. For the nightly tick."""
    now = timezone.now()
    over = Q(expires_at__lt=now - FORGOTTEN) | Q(revoked_at__lt=now - FORGOTTEN)
    gone, _rows = Invitation.objects.filter(over, accepted_at=None).delete()
    return f"invitations forgotten: {gone}"


def forget_unconfirmed() -> str:
    """Delete accounts that asked for approval and never confirmed their address. For the nightly tick."""
    old = WaitingAccount.objects.filter(confirmed_at=None, created_at__lt=timezone.now() - FORGOTTEN)
    gone = User.objects.filter(is_active=False, waiting__in=old).count()
    User.objects.filter(is_active=False, waiting__in=old).delete()
    return f"unconfirmed accounts forgotten: {gone}"


def accept_own_invitation(invitation: Invitation, user_id: int) -> bool:
    """Accept `invitation` for the account to which its confirmed address belongs. False for any other account."""
    address = EmailAddress.objects.select_related("user").filter(
        user_id=user_id, email__iexact=invitation.email, verified=True
    )
    found = address.first()
    return found is not None and accept_invitations(found.user, invitation.email)


@transaction.atomic
def remove_second_factor(user: User) -> bool:
    """Remove every factor and recovery code of the account and end its sessions. False if it has no factor."""
    gone, _rows = Authenticator.objects.filter(user=user).delete()
    if not gone:
        return False
    for session in UserSession.objects.filter(user=user):
        session.end()
    record(user.pk, "factor_removed", gettext("by an administrator of the portal"))
    letters.owe(FACTOR_REMOVED, f"{user.pk}-{timezone.now():%Y%m%d%H%M%S}", recipient=user.pk)
    return True


def renew_secrets() -> str:
    """Encrypt the secrets of authenticators by the present SECRET_KEY, so that a former one can be taken away.

    For the nightly tick; does nothing while there is no former key.
    """
    if not settings.SECRET_KEY_FALLBACKS:
        return ""
    renewed = unreadable = 0
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        try:
            renewed += _renew(row)
        except secrets.UnreadableSecretError:
            unreadable += 1
    return f"{renewed} secrets renewed, {unreadable} unreadable" if renewed or unreadable else ""


@transaction.atomic
def _renew(row: Authenticator) -> bool:
    """Read again under a lock: a recovery code that is used meanwhile must stay used."""
    row = Authenticator.objects.select_for_update().get(pk=row.pk)
    new = {name: secrets.renewed(row.data[name]) for name in ("secret", "seed") if name in row.data}
    if new.items() <= row.data.items():
        return False
    row.data |= new
    row.save(update_fields=["data"])
    return True


def mark_terms(user: User, wanted: bool) -> bool:
    """Let the glossary's terms be marked in what `user` reads, or not. False when it is so already."""
    return bool(User.objects.filter(pk=user.pk, marks_terms=not wanted).update(marks_terms=wanted))

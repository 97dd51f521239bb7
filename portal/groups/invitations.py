"""Invitations to a working group by letter to an address.

An address that has an account and one that has none are treated alike in every step, so that nothing tells a lead who
is a member of the portal. The link in the letter serves nobody but the owner of the address.
"""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.groups import letters, services
from portal.groups.links import secret_of
from portal.groups.models import INVITATION_LASTS, GroupInvitation, WorkingGroup

INVITATIONS_A_DAY = 60
DAY = timedelta(days=1)


def find(pk: int, secret: str) -> GroupInvitation | None:
    """The invitation that a link names, whatever became of it; None for a link that was not made here."""
    invitation = GroupInvitation.objects.select_related("group__page", "invited_by").filter(pk=pk).first()
    if invitation is None or not constant_time_compare(secret, secret_of(invitation)):
        return None
    return invitation


def is_for(invitation: GroupInvitation, user: User) -> bool:
    """Whether the address is one that `user` has confirmed."""
    return EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email).exists()


def open_to(group: WorkingGroup) -> "QuerySet[GroupInvitation]":
    """The group's invitations that may still be accepted, newest first."""
    return GroupInvitation.objects.filter(
        group=group, accepted_at=None, revoked_at=None, created_at__gt=timezone.now() - INVITATION_LASTS
    ).order_by("-created_at", "-pk")


@transaction.atomic
def invite(group: WorkingGroup, email: str, by: User | None, note: str = "") -> tuple[GroupInvitation, bool]:
    """An invitation of `email` with its letter, and True; or the open one that there is, and False.

    Raises RefusedError for a group that is archived or pauses, and to somebody who invites too many.
    """
    group = services.writable(group)
    services.check_takes_members(group)
    email = email.strip().lower()
    _take_back_expired(group, email)
    standing = open_to(group).filter(email=email).first()
    if standing is not None:
        return standing, False
    _check_may_invite(by)
    invitation = GroupInvitation.objects.create(
        group=group, email=email, nonce=secrets.token_hex(16), note=note, invited_by=by
    )
    letters.owe_invitation(invitation)
    if settings.SIGNUP_MODE != "open" and not EmailAddress.objects.filter(email__iexact=email, verified=True).exists():
        # Without an account of their own they could not accept; an invitation to the portal opens the door to one.
        accounts.invite(email, by)
    return invitation, True


@transaction.atomic
def revoke(invitation: GroupInvitation) -> bool:
    """Take an invitation back: its link leads nowhere from now on."""
    standing = GroupInvitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    return bool(standing.update(revoked_at=timezone.now()))


@transaction.atomic
def accept(invitation: GroupInvitation, user: User) -> bool:
    """Make `user` a member. False if the invitation is open no more, or for another address.

    Raises RefusedError if the group has been archived, or pauses: then the invitation waits on.
    """
    if not is_for(invitation, user):
        return False
    # The group is locked before anything else, as by whoever removes somebody.
    group = services.writable(invitation.group)
    services.check_takes_members(group)
    if not open_to(group).filter(pk=invitation.pk).update(accepted_at=timezone.now()):
        return False
    services.add(group, user)
    return True


def _take_back_expired(group: WorkingGroup, email: str) -> None:
    """An address has one open invitation; one that has expired makes place for the next."""
    expired = group.invitations.filter(email=email, accepted_at=None, revoked_at=None)
    expired.filter(created_at__lte=timezone.now() - INVITATION_LASTS).update(revoked_at=timezone.now())


def _check_may_invite(by: User | None) -> None:
    sent = GroupInvitation.objects.filter(invited_by=by, created_at__gt=timezone.now() - DAY)
    if by is not None and sent.count() >= INVITATIONS_A_DAY:
        raise services.RefusedError(_("You have invited many people today. Go on tomorrow, please."))

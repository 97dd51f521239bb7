"""Invitations that stand: neither used nor taken back. What the services end together with a membership."""

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.groups.models import GroupInvitation, WorkingGroup


def to_person(group: WorkingGroup, user: User) -> "QuerySet[GroupInvitation]":
    """The group's standing invitations to any address that `user` has confirmed."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return _standing(group).filter(email__in=[address.lower() for address in confirmed])


def by_person(group: WorkingGroup, user: User) -> "QuerySet[GroupInvitation]":
    """The group's standing invitations that `user` sent."""
    return _standing(group).filter(invited_by=user)


def use(found: "QuerySet[GroupInvitation]") -> int:
    """Their owner came in, by whatever door: the links are worth nothing any more."""
    return found.update(accepted_at=timezone.now())


def take_back(found: "QuerySet[GroupInvitation]") -> int:
    """The links lead nowhere from now on."""
    return found.update(revoked_at=timezone.now())


def _standing(group: WorkingGroup) -> "QuerySet[GroupInvitation]":
    return GroupInvitation.objects.filter(group=group, accepted_at=None, revoked_at=None)

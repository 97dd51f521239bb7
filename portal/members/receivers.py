"""Connects accounts, which must not know this room, with the directory."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from portal.accounts.models import Invitation, User
from portal.accounts.signals import invitation_accepted
from portal.members import services
from portal.members.models import Profile
from portal.search import services as search

# Written at every sign-in; no profile shows them.
UNSEEN = {"last_login", "password"}


@receiver(post_save, sender=User, dispatch_uid="members.account_saved")
def follow_account(
    sender: type[User], instance: User, created: bool, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """A new account has a profile at once, and what an account shows, or that it was closed, is searchable at once."""
    if raw or (update_fields is not None and set(update_fields) <= UNSEEN):
        return
    with transaction.atomic():
        if created:
            Profile.objects.get_or_create(user=instance)
        search.index("member", [instance.pk])


@receiver(post_delete, sender=Profile, dispatch_uid="members.profile_deleted")
def delete_portrait(sender: type[Profile], instance: Profile, **kwargs: Any) -> None:
    """Django leaves the files of deleted rows where they are."""
    name = instance.portrait.name
    if name:
        storage = instance.portrait.storage
        transaction.on_commit(lambda: storage.delete(name))


@receiver(email_confirmed, dispatch_uid="members.email_confirmed")
def list_confirmed(sender: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    """With a confirmed address the account stands in the directory."""
    with transaction.atomic():
        search.index("member", [email_address.user_id])


@receiver(invitation_accepted, dispatch_uid="members.invitation_accepted")
def welcome(sender: Any, invitation: Invitation, user: User, **kwargs: Any) -> None:
    """What a mailing list said waits with the invitation until the person has shown that the address is theirs."""
    services.fill(user, invitation.data)

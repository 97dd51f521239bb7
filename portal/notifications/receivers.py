"""Connects accounts, which must not know this room, with the digest."""

from typing import Any

from django.dispatch import receiver

from portal.accounts.models import User
from portal.accounts.signals import joined
from portal.notifications import choosing, services
from portal.notifications.verbs import Channel


@receiver(joined, dispatch_uid="notifications.joined")
def keep_digest(sender: Any, user: User, digest: str, **kwargs: Any) -> None:
    """Who joins has said how often the digest is to come."""
    if digest:
        services.choose(user.pk, {(choosing.DIGEST, ""): Channel(digest)})

"""How members are read: every read starts from what the viewer may see."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Exists, OuterRef

from portal.core.viewer import Viewer

if TYPE_CHECKING:
    from portal.members.models import Message, Profile, Upload  # noqa: F401 - named by the classes' bases


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Profiles, narrowed by who is looking. Which parts of them, `portal.members.access.parts_for` says."""

    def active(self) -> Self:
        """Those whose account is open: not closed, and not still waiting for its address to be confirmed.

        Otherwise anybody could put words before the members by signing up under a stranger's address. Accounts that
        were never asked for an address to confirm (an import) are open.
        """
        addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
        unconfirmed = Exists(addresses.filter(verified=False)) & ~Exists(addresses.filter(verified=True))
        return self.filter(~unconfirmed, user__is_active=True)

    def visible(self, viewer: Viewer) -> Self:
        """Members see all members; visitors those who show their name to everybody."""
        found = self.active()
        return found if viewer.is_member else found.filter(show_name="all")


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages, for the rules about writing them."""

    def sent_since(self, sender_id: int, moment: datetime) -> Self:
        """What `sender_id` wrote since, whether it was delivered or withheld."""
        return self.filter(sender_id=sender_id, created_at__gt=moment)

    def between(self, sender_id: int, receiver_id: int) -> Self:
        """What arrived from one at the other."""
        return self.filter(sender_id=sender_id, receiver_id=receiver_id, withheld=False)


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploaded mailing lists."""

    def unconfirmed(self, since: datetime) -> Self:
        """Lists that nobody has confirmed since."""
        return self.filter(applied_at=None, created_at__lt=since)

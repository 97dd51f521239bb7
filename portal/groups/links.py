"""Addresses within the room, and the secret in the link of an invitation."""

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from portal.core.prepared import prepared
from portal.core.urlpaths import address_of
from portal.groups.models import GroupIndexPage, GroupInvitation

SALT = "portal.groups.invitation"
SECRET_LENGTH = 40


def secret_of(invitation: GroupInvitation) -> str:
    """What the link holds besides the number of the invitation: 40 hexadecimal digits.

    It is made of the row's nonce and the portal's secret key: who reads the database without the key can make none.
    """
    made = salted_hmac(SALT, f"{invitation.pk}:{invitation.nonce}", algorithm="sha256")
    return made.hexdigest()[:SECRET_LENGTH]


def invitation_path(invitation: GroupInvitation) -> str:
    """The address where the invitation is accepted: on the index, because the group's own page may be private."""
    return f"{index_path()}invitation/{invitation.pk}-{secret_of(invitation)}/"


def index_path() -> str:
    """The address of the list of groups; the portal's own if there is no list."""
    for path in _index_paths():
        return address_of(path)
    return "/"


@prepared
def _index_paths() -> "QuerySet[GroupIndexPage, str]":
    return GroupIndexPage.objects.order_by("pk").values_list("url_path", flat=True)[:1]

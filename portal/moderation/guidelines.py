"""What the community agreed on: its versions, and who has accepted which."""

from django.db import transaction

from portal.accounts.models import User
from portal.moderation.models import Acceptance, Guidelines


def present() -> Guidelines | None:
    """The version in force; None before there is one."""
    return Guidelines.objects.order_by("-pk").first()


def owed(member_id: int) -> Guidelines | None:
    """The version that the member has to accept before writing again; None if there is none. Two queries."""
    version = present()
    if version is None:
        return None
    accepted = Acceptance.objects.filter(member=member_id).order_by("-guidelines").values_list("guidelines", flat=True)
    latest = accepted.first()
    newer = Guidelines.objects.filter(pk__gt=latest or 0, must_accept=True)
    return version if latest is None or newer.exists() else None


@transaction.atomic
def accept(member: User, version: Guidelines) -> bool:
    """The member keeps to this version. False if that was said before."""
    return Acceptance.objects.get_or_create(member=member, guidelines=version)[1]


@transaction.atomic
def publish(text: str, *, news: str = "", must_accept: bool = True) -> Guidelines:
    """A new version, in force at once."""
    return Guidelines.objects.create(text=text, news=news, must_accept=must_accept)

"""What the community agreed on: its versions, and who has accepted which."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.accounts import joining
from portal.accounts.models import User
from portal.core.prepared import prepared
from portal.moderation.models import Acceptance, Guidelines

# The box to tick has the version's number behind this in its name.
FIELD = "guidelines_"


def present() -> Guidelines | None:
    """The version in force; None before there is one."""
    return Guidelines.objects.order_by("-pk").first()


def owed(member_id: int) -> Guidelines | None:
    """The version that the member has to accept before writing again; None, after one query, if there is none."""
    return present() if _owed(member_id) else None


@prepared
def _owed(member_id: int) -> "QuerySet[Guidelines, int]":
    """Versions newer than what the member has accepted, if those must be, or if none was. At most one."""
    accepted = Acceptance.objects.filter(member=member_id)
    missed = Guidelines.objects.exclude(Exists(accepted.filter(guidelines__gte=OuterRef("pk"))))
    return missed.filter(Q(must_accept=True) | ~Exists(accepted)).values_list("pk", flat=True)[:1]


def pledge() -> joining.Pledge | None:
    """What whoever joins agrees to."""
    version = present()
    if version is None:
        return None
    return joining.Pledge(field_name(version), label(), lambda user: accept(user, version))


def field_name(version: Guidelines) -> str:
    """The name of the box to tick: another one for every version."""
    return f"{FIELD}{version.pk}"


def label() -> SafeString:
    """What stands beside the box."""
    words = _("I have read the guidelines and keep to them.")
    return format_html('{} <a href="{}">{}</a>', words, reverse("moderation_guidelines"), _("Read the guidelines"))


@transaction.atomic
def accept(member: User, version: Guidelines) -> bool:
    """The member keeps to this version. False if that was said before."""
    return Acceptance.objects.get_or_create(member=member, guidelines=version)[1]


@transaction.atomic
def publish(text: str, *, news: str = "", must_accept: bool = True) -> Guidelines:
    """A new version, in force at once."""
    return Guidelines.objects.create(text=text, news=news, must_accept=must_accept)


joining.register(pledge)

"""What a member says of himself or herself, taken out of sight at once where it is spam, and shown again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.members import services
from portal.members.models import Profile, Visibility

# The parts that hold words or a picture of the member's own; all others are chosen from lists.
FREE = ("about", "role", "organisation", "portrait")


def count(member_id: int) -> Sequence[tuple[str, int]]:
    """How many of those parts say something: one query."""
    profile = Profile.objects.select_related("user").filter(pk=member_id).first()
    return [(_("Parts of the profile"), len(_filled(profile)) if profile else 0)]


def lock(member_id: int) -> None:
    """Keep the profile as it is until the transaction ends."""
    Profile.objects.select_for_update(of=("self",)).filter(pk=member_id).first()


@transaction.atomic
def hide_all(member_id: int) -> Mapping[str, Any]:
    """Show those parts to nobody, and say who saw them before."""
    profile = Profile.objects.select_for_update(of=("self",)).select_related("user").filter(pk=member_id).first()
    before = {part: str(getattr(profile, f"show_{part}")) for part in _filled(profile)} if profile else {}
    before = {part: shown for part, shown in before.items() if shown != Visibility.NOBODY}
    if profile is not None and before:
        services.update(profile.user, show=dict.fromkeys(before, Visibility.NOBODY.value))
    return {"member": member_id, "shown": before} if before else {}


@transaction.atomic
def show_all(data: Mapping[str, Any]) -> bool:
    """Show again what `hide_all` hid, as far as its owner has chosen nothing else since."""
    profile = Profile.objects.select_for_update(of=("self",)).select_related("user").filter(pk=data["member"]).first()
    if profile is None:
        return False
    hidden = {
        part: shown for part, shown in data["shown"].items() if getattr(profile, f"show_{part}") == Visibility.NOBODY
    }
    return services.update(profile.user, show=hidden)


def _filled(profile: Profile) -> list[str]:
    return [part for part in FREE if getattr(profile.user if part == "organisation" else profile, part)]

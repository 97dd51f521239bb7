"""Who sees which part of a profile, and who may do what to members. `can_*` asks, `check_*` raises Http404."""

from enum import IntEnum

from django.http import Http404, HttpRequest

from portal.accounts import second_factor
from portal.core import standing
from portal.core.viewer import Role, Viewer, viewer_of
from portal.members.models import Message, Profile, Upload, Visibility

# The parts of a profile whose visibility their owner chooses, in the order in which they are shown.
PARTS = (
    "portrait", "role", "organisation", "affiliation", "place", "service_lines", "ask_about", "languages", "about",
)  # fmt: skip
NAME = "name"


class Eyes(IntEnum):
    """As whom somebody looks at a profile."""

    VISITOR = 0
    MEMBER = 1
    OWNER = 2


_SEEN = {
    Eyes.VISITOR: {Visibility.ALL},
    Eyes.MEMBER: {Visibility.ALL, Visibility.MEMBERS},
    Eyes.OWNER: set(Visibility),
}


def eyes_of(profile: Profile, viewer: Viewer) -> Eyes:
    """Owners and administrators see everything, members what is for members, visitors what is for all."""
    if viewer.user_id == profile.pk or Role.ADMINISTRATOR in viewer.roles:
        return Eyes.OWNER
    return Eyes.MEMBER if viewer.is_member else Eyes.VISITOR


def visibility_of(profile: Profile, part: str) -> Visibility:
    """Who sees `part` ("name" or one of `PARTS`)."""
    return Visibility(getattr(profile, f"show_{part}"))


def is_seen(visibility: str, eyes: Eyes) -> bool:
    """Whether `eyes` see a part with this visibility."""
    return visibility in _SEEN[eyes]


def parts_seen(profile: Profile, eyes: Eyes) -> frozenset[str]:
    """The parts that `eyes` see, the name among them; nothing where they do not see the name."""
    if not is_seen(profile.show_name, eyes):
        return frozenset()
    return frozenset(part for part in (NAME, *PARTS) if is_seen(visibility_of(profile, part), eyes))


def parts_for(profile: Profile, viewer: Viewer) -> frozenset[str]:
    """The parts of `profile` that `viewer` sees; of a closed account nothing. Reads `profile.user`."""
    return parts_seen(profile, eyes_of(profile, viewer)) if profile.user.is_active else frozenset()


def can_invite(viewer: Viewer) -> bool:
    """Editors, moderators and administrators; the leads of a group invite into their group elsewhere."""
    return viewer.is_editor


def can_contact(viewer: Viewer, profile: Profile) -> bool:
    """Members who are not suspended write to members who take messages, and may always answer one: one query where that
    decides."""
    if not standing.can_write(viewer) or viewer.user_id is None or viewer.user_id == profile.pk:
        return False
    return profile.contactable or Message.objects.between(profile.pk, viewer.user_id).exists()


def can_block(viewer: Viewer, profile: Profile) -> bool:
    return viewer.is_member and viewer.user_id != profile.pk


def can_apply(viewer: Viewer, upload: Upload) -> bool:
    """Who uploaded a list confirms it; administrators any."""
    return can_invite(viewer) and (upload.by_id == viewer.user_id or Role.ADMINISTRATOR in viewer.roles)


def check_invite(request: HttpRequest) -> None:
    """Raises Http404, and SecondFactorMissingError."""
    _check(can_invite(viewer_of(request)))
    second_factor.check(request)


def check_contact(viewer: Viewer, profile: Profile) -> None:
    _check(can_contact(viewer, profile))


def check_block(viewer: Viewer, profile: Profile) -> None:
    _check(can_block(viewer, profile))


def check_apply(viewer: Viewer, upload: Upload) -> None:
    _check(can_apply(viewer, upload))


def _check(allowed: bool) -> None:
    if not allowed:
        raise Http404

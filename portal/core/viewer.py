"""Who is looking: one frozen value per request, by which every read is narrowed (`Thing.objects.visible(viewer)`)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from portal.core.audiences import PUBLIC_AUDIENCE_ID, satisfied_audiences

if TYPE_CHECKING:
    from portal.accounts.models import User


class Role(StrEnum):
    """What a person may do beyond being a member. The values are the names of Wagtail's user groups."""

    EDITOR = "Editors"
    MODERATOR = "Moderators"
    ADMINISTRATOR = "Administrators"
    STEWARD = "Terminology stewards"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The reader of one request: no user object, only what decides what may be seen.

    `audiences` holds the ids of every `Audience` row whose conditions this viewer satisfies; `marks` what rooms have
    registered and is so (`memberships.register_mark`). A prepared read must not look at them.
    """

    user_id: int | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    group_ids: frozenset[int] = frozenset()
    audiences: frozenset[int] = field(default=frozenset({PUBLIC_AUDIENCE_ID}))
    # Editors, moderators, stewards, administrators, and the leads of working groups.
    enters_admin: bool = False
    marks: frozenset[str] = frozenset()
    # Until then the viewer reads, and writes nothing (`portal.core.standing`).
    suspended_until: datetime | None = None

    @property
    def is_member(self) -> bool:
        return self.user_id is not None

    @property
    def is_moderator(self) -> bool:
        return bool(self.roles & {Role.MODERATOR, Role.ADMINISTRATOR})

    @property
    def is_steward(self) -> bool:
        """Settles the terms of the vocabulary, and nothing else of the portal."""
        return bool(self.roles & {Role.STEWARD, Role.ADMINISTRATOR})

    @property
    def is_editor(self) -> bool:
        """Works on the whole portal: editors, moderators and administrators."""
        return bool(self.roles - {Role.STEWARD})


VISITOR = Viewer()


def viewer_for(user: "AbstractBaseUser | AnonymousUser") -> Viewer:
    """Resolve `user` with two queries at most (groups, audiences); none for a visitor or an inactive account."""
    if not user.is_authenticated or not user.is_active:
        return VISITOR
    from portal.core.memberships import audiences_and_marks, groups_of

    member: User = user  # type: ignore[assignment]
    groups = groups_of(member.pk)
    names = {name for _pk, name, _opens in groups}
    roles = {role for role in Role if role.value in names}
    if member.is_superuser:
        roles.add(Role.ADMINISTRATOR)
    group_ids = frozenset(pk for pk, _name, _opens in groups)
    known, marks = audiences_and_marks(member.pk)
    return Viewer(
        user_id=member.pk,
        name=member.get_short_name(),
        roles=frozenset(roles),
        group_ids=group_ids,
        audiences=satisfied_audiences(group_ids, everything=member.is_superuser, known=known),
        enters_admin=member.is_superuser or any(opens for _pk, _name, opens in groups),
        marks=marks,
        suspended_until=member.suspended_until,
    )


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of `request`, resolved once. A request without a session cookie never touches the session."""
    cached: Viewer | None = getattr(request, "_viewer", None)
    if cached is None:
        cached = viewer_for(request.user)
        request._viewer = cached  # type: ignore[attr-defined]
    return cached

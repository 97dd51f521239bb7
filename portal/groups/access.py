"""Who may do what in a working group. Everything here expects a group whose page the viewer's audiences admit (serving
has asked the gate). `can_*` asks, `check_*` raises Http404: forbidden looks like missing."""

from django.http import Http404

from portal.core import standing
from portal.core.viewer import Role, Viewer
from portal.groups.models import Joining, State, WorkingGroup


def is_member(viewer: Viewer, group: WorkingGroup) -> bool:
    """Whether the viewer is in the group; asks no query."""
    return group.members_group_id in viewer.group_ids


def can_run(viewer: Viewer, group: WorkingGroup) -> bool:
    """Leads, deputies and administrators see the desk, answer, invite, and remove members."""
    return group.leads_group_id in viewer.group_ids or Role.ADMINISTRATOR in viewer.roles


def can_lead(viewer: Viewer, group: WorkingGroup) -> bool:
    """Leads and administrators say who runs the group, and have its settings. One query for who runs it, else none."""
    if Role.ADMINISTRATOR in viewer.roles:
        return True
    return can_run(viewer, group) and group.memberships.leads().filter(user=viewer.user_id).exists()


def can_see_members(viewer: Viewer, group: WorkingGroup) -> bool:
    """Members of the group, and who runs it, see who else is in it."""
    return is_member(viewer, group) or can_run(viewer, group)


def can_join(viewer: Viewer, group: WorkingGroup) -> bool:
    """Whether there is a way in that begins on the group's page. It may take words, so a suspended member has none."""
    return (
        standing.can_write(viewer)
        and not is_member(viewer, group)
        and group.state == State.ACTIVE
        and group.joining in {Joining.OPEN, Joining.REQUEST}
    )


def check_run(viewer: Viewer, group: WorkingGroup) -> None:
    _check(can_run(viewer, group))


def check_lead(viewer: Viewer, group: WorkingGroup) -> None:
    _check(can_lead(viewer, group))


def check_see_members(viewer: Viewer, group: WorkingGroup) -> None:
    _check(can_see_members(viewer, group))


def _check(allowed: bool) -> None:
    if not allowed:
        raise Http404

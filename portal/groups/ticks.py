"""What the groups do by the clock."""

from django.db import transaction

from portal.core import ticks
from portal.groups import rights, services
from portal.groups.models import Membership, Role, WorkingGroup


@transaction.atomic
def reconcile() -> str:
    """Make user groups, rights, collections and restrictions follow the groups, and find a lead for a group without.

    Restrictions are only tightened: what an administrator has closed further stays so.
    """
    # Locked, or somebody who joins meanwhile would look like one too many.
    locked = WorkingGroup.objects.select_for_update(of=("self",)).order_by("pk")
    groups = list(locked.select_related("page", "members_group", "leads_group"))
    mended = rights.follow(groups)
    for group in groups:
        mended += rights.grant(group) + rights.rehome(group)
        if rights.is_too_open(group):
            rights.restrict(group)
            mended += 1
    orphans = sum(_promote(group) for group in groups if not group.is_archived)
    return f"{mended} places mended, {orphans} deputies became leads" if mended or orphans else ""


def _promote(group: WorkingGroup) -> bool:
    """When the last lead's account has been deleted, the deputy who has been there longest takes over."""
    people = Membership.objects.filter(group=group)
    if people.leads().exists():
        return False
    deputy = people.running().select_related("user").order_by("joined_at", "pk").first()
    return deputy is not None and services.set_role(group, deputy.user, Role.LEAD)


ticks.register("groups.reconcile", 24 * 60, reconcile, hour=3)

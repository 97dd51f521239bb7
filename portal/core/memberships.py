"""The two reads behind every signed-in request. They are made anew each time: who left a group is out at once."""

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from portal.core.models import Audience
from portal.core.prepared import prepared


@prepared
def groups_of(user_id: int) -> "QuerySet[Group, tuple[int, str]]":
    """(id, name) of the groups that the user is in."""
    return Group.objects.filter(user=user_id).values_list("pk", "name")


@prepared
def all_audiences() -> "QuerySet[Audience, tuple[int, str]]":
    """(id, key) of every audience: a handful of rows."""
    return Audience.objects.values_list("pk", "key")

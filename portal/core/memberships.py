"""The two reads behind every signed-in request. They are made anew each time: who left a group is out at once."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, QuerySet

from portal.core.models import Audience
from portal.core.prepared import prepared


@prepared
def groups_of(user_id: int) -> "QuerySet[Group, tuple[int, str, bool]]":
    """(id, name, whether it opens the admin) of the groups that the user is in."""
    opening = Permission.objects.filter(codename="access_admin", content_type__app_label="wagtailadmin")
    opens = Exists(opening.filter(group=OuterRef("pk")))
    return Group.objects.filter(user=user_id).annotate(opens=opens).values_list("pk", "name", "opens")


@prepared
def all_audiences() -> "QuerySet[Audience, tuple[int, str]]":
    """(id, key) of every audience: a handful of rows."""
    return Audience.objects.values_list("pk", "key")

"""How other rooms point at members."""

from collections.abc import Iterable, Mapping

from portal.core import references
from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.members.models import Profile, profile_url

# Keys come from text fields: what is longer than a database id is no key.
LONGEST_KEY = 18


def members(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The members among `keys` (user ids as text) whose profile `viewer` may open: one query."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY]
    found = Profile.objects.visible(viewer).filter(pk__in=ids).values_list("pk", "user__name")
    return {str(pk): Link(name, profile_url(pk)) for pk, name in found}


references.register("member", members)

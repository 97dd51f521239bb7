"""How other rooms point at members."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from portal.core import references
from portal.core.numbers import ids_in
from portal.core.prepared import prepared
from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.members.models import Profile, profile_url


def members(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The members among `keys` (user ids as text) whose profile `viewer` may open: one query."""
    ids = ids_in(keys)
    return {str(pk): Link(name, profile_url(pk)) for pk, name in _names(_filled_up(ids), viewer)} if ids else {}


def _filled_up(ids: list[int]) -> list[int]:
    """`ids` with the last one repeated up to the next power of two: a prepared read keeps SQL for each length."""
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids))


@prepared
def _names(ids: list[int], viewer: Viewer) -> "QuerySet[Profile, tuple[int, str]]":
    return Profile.objects.visible(viewer).filter(pk__in=ids).values_list("pk", "user__name")


references.register("member", members)

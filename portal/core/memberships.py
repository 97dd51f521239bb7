"""The two reads behind every signed-in request. They are made anew each time: who left a group is out at once.

Rooms register marks: what is so or not for a member, and decides whether a page has to ask for more. They come with the
audiences, so that they cost no query of their own.
"""

from collections.abc import Callable
from typing import Any

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


_marks: dict[str, Callable[[int], "QuerySet[Any]"]] = {}


def register_mark(name: str, rows: Callable[[int], "QuerySet[Any]"]) -> None:
    """Let viewers have the mark `name` for whom `rows(user_id)` are any."""
    _marks[name] = rows


def audiences_and_marks(user_id: int) -> tuple[tuple[tuple[int, str], ...], frozenset[str]]:
    """(id, key) of every audience, and the marks of the user: one query."""
    rows = _audiences_and_marks(user_id) if _marks else all_audiences()
    first = rows[0][2:] if rows else ()
    marks = frozenset(name for name, is_so in zip(_marks, first, strict=False) if is_so)
    return tuple((row[0], row[1]) for row in rows), marks


@prepared
def _audiences_and_marks(user_id: int) -> "QuerySet[Audience, tuple[Any, ...]]":
    asked = {f"mark_{place}": Exists(rows(user_id)) for place, rows in enumerate(_marks.values())}
    return Audience.objects.annotate(**asked).values_list("pk", "key", *asked)

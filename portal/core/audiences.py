"""Who may see a thing, as one row: a set of conditions that must all hold.

Wagtail's view restrictions add up along the ancestors of a page, so an audience is a conjunction. It is stored by a
canonical key: "" is everybody, "member" asks for a signed-in reader, "3.7" for somebody in group 3 or 7, and
" & " joins the conditions, sorted, so that the same set always has the same key and row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

PUBLIC_AUDIENCE_ID = 1
PUBLIC_KEY = ""
MEMBER = "member"
# No user group has this id: a restriction that names no group, or asks for a shared password, admits nobody.
NO_GROUP = 0
JOINER = " & "


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold: being signed in (no groups named), or being in any of `groups`."""

    groups: frozenset[int] = frozenset()

    def holds(self, group_ids: frozenset[int]) -> bool:
        """Whether a signed-in viewer in `group_ids` satisfies this condition."""
        return not self.groups or bool(self.groups & group_ids)

    @property
    def key(self) -> str:
        return ".".join(str(pk) for pk in sorted(self.groups)) if self.groups else MEMBER


def key_of(conditions: Iterable[Condition]) -> str:
    """The canonical key. Being in a group implies being signed in, so "member" vanishes beside a group."""
    distinct = set(conditions)
    if any(condition.groups for condition in distinct):
        distinct = {condition for condition in distinct if condition.groups}
    return JOINER.join(sorted(condition.key for condition in distinct))


@lru_cache(maxsize=1000)
def conditions_of(key: str) -> tuple[Condition, ...]:
    """The conditions that `key` names.

    Raises ValueError for a key that `key_of` did not make.
    """
    if key == PUBLIC_KEY:
        return ()
    return tuple(
        Condition() if part == MEMBER else Condition(frozenset(int(pk) for pk in part.split(".")))
        for part in key.split(JOINER)
    )


def admits_all_of(wide: str, narrow: str) -> bool:
    """Whether everybody who satisfies the audience `narrow` certainly satisfies `wide` (keys of both)."""
    held = conditions_of(narrow)
    return all(
        any(not asked.groups or (own.groups and own.groups <= asked.groups) for own in held)
        for asked in conditions_of(wide)
    )


def satisfied_audiences(
    group_ids: frozenset[int], *, everything: bool = False, known: tuple[tuple[int, str], ...] | None = None
) -> frozenset[int]:
    """Ids of the audiences that a signed-in viewer in `group_ids` satisfies: one query, none where they are `known`.

    Administrators satisfy all.
    """
    from portal.core.memberships import all_audiences

    return _satisfied(tuple(all_audiences()) if known is None else known, group_ids, everything)


@lru_cache(maxsize=100)
def _satisfied(audiences: tuple[tuple[int, str], ...], group_ids: frozenset[int], everything: bool) -> frozenset[int]:
    """What follows from the rows as they are now: many readers are in the same groups."""
    return frozenset(
        pk for pk, key in audiences if everything or all(one.holds(group_ids) for one in conditions_of(key))
    )

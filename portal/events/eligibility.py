"""Who holds a registration for an event that he or she may no longer see: asked for many at once."""

from collections import defaultdict
from collections.abc import Iterable

from portal.accounts.models import User
from portal.core.audiences import NO_GROUP, conditions_of
from portal.events.models import Registration


def unwelcome(
    events: Iterable[int], user_id: int | None = None, *, settled: bool = False
) -> dict[int, list[Registration]]:
    """event id → active registrations whose owner the event's gate does not admit: two queries, however many.

    An event without a gate admits nobody. `settled` leaves out events that admit nobody at all: a restriction is saved
    before its groups are, and in between it says so of everybody.
    """
    found = Registration.objects.active().filter(event__in=list(events))
    if user_id is not None:
        found = found.filter(user=user_id)
    rows = list(found.select_related("user", "event__gate__audience").order_by("event_id", "place"))
    groups = _groups_of({row.user_id for row in rows})
    ending: dict[int, list[Registration]] = defaultdict(list)
    for row in rows:
        gate = getattr(row.event, "gate", None)
        if settled and (gate is None or _admits_nobody(gate.audience.key)):
            continue
        if gate is None or not _admits(gate.audience.key, row.user, groups[row.user_id]):
            ending[row.event_id].append(row)
    return dict(ending)


def _admits_nobody(key: str) -> bool:
    return any(part.groups == {NO_GROUP} for part in conditions_of(key))


def _admits(key: str, user: User, groups: frozenset[int]) -> bool:
    return user.is_active and (user.is_superuser or all(part.holds(groups) for part in conditions_of(key)))


def _groups_of(user_ids: set[int]) -> dict[int, frozenset[int]]:
    held: dict[int, set[int]] = {pk: set() for pk in user_ids}
    member_of = User.groups.through.objects.filter(user_id__in=user_ids)
    for user_id, group_id in member_of.values_list("user_id", "group_id"):
        held[user_id].add(group_id)
    return {pk: frozenset(groups) for pk, groups in held.items()}

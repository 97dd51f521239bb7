"""Telling those who follow what something happened to, off the request and a few at a time."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from portal.accounts.models import User
from portal.notifications import services
from portal.notifications.models import Telling, Watch

# After so long a telling counts as one whose worker has died.
DEAD = timedelta(minutes=10)


@task()
def tell_watchers(telling_ids: list[int]) -> None:
    """Tell everybody who is still to be told. Each chunk is a transaction that remembers how far it has come, so it may
    be run twice, at once too, and begins again where a dead attempt has ended."""
    for pk in telling_ids:
        while _tell_some(pk):
            pass


@transaction.atomic
def _tell_some(telling_id: int) -> bool:
    """Tell the next chunk; False when nobody is left."""
    telling = Telling.objects.select_for_update().filter(pk=telling_id).first()
    if telling is None:
        return False
    _leave_out_who_left(telling)
    places = [(str(kind), str(key)) for kind, key in telling.places]
    members = _next_members(places, telling.after)
    if telling.after == 0:
        ended = _ended(telling.source, telling.also)
        _tell(telling, {pk: telling.source for pk in telling.also if pk not in ended})
    _tell(telling, _sources(places, members))
    if len(members) < services.CHUNK:
        telling.delete()
        return False
    Telling.objects.filter(pk=telling_id).update(after=members[-1])
    return True


def _leave_out_who_left(telling: Telling) -> None:
    """An account may have been deleted since: its number is no key any more."""
    named = {*telling.also, telling.actor_id} - {None}
    here = set(User.objects.filter(pk__in=named).values_list("pk", flat=True))
    telling.also = [pk for pk in telling.also if pk in here]
    telling.actor_id = telling.actor_id if telling.actor_id in here else None


def _ended(source: str, members: list[int]) -> set[int]:
    """Those of the members who have followed the source and no longer want to."""
    kind, _colon, key = source.partition(":")
    if not kind:
        return set()
    ended = Watch.objects.filter(kind=kind, key=key, active=False, member__in=members)
    return set(ended.values_list("member_id", flat=True))


def _next_members(places: list[tuple[str, str]], after: int) -> list[int]:
    found = Watch.objects.active().at(places).filter(member__gt=after).order_by("member_id")
    return list(found.values_list("member_id", flat=True).distinct()[: services.CHUNK])


def _sources(places: list[tuple[str, str]], members: list[int]) -> dict[int, str]:
    """The first of the places that each of the members follows."""
    followed = Watch.objects.active().at(places).filter(member__in=members).values_list("member_id", "kind", "key")
    order = {place: number for number, place in enumerate(places)}
    nearest: dict[int, tuple[str, str]] = {}
    for member_id, kind, key in followed:
        held = nearest.get(member_id)
        if held is None or order[kind, key] < order[held]:
            nearest[member_id] = (kind, key)
    return {member_id: f"{kind}:{key}" for member_id, (kind, key) in nearest.items()}


def _tell(telling: Telling, sources: dict[int, str]) -> None:
    wanted = {pk: source for pk, source in sources.items() if pk not in telling.omitted}
    if wanted:
        services.tell_through(
            telling.verb, about=telling.about, key=telling.key, sources=wanted, actor=telling.actor_id
        )


def enqueue_left() -> str:
    """Begin again what a dead worker has left. For `manage.py tick`."""
    pks = list(Telling.objects.filter(at__lt=timezone.now() - DEAD).values_list("pk", flat=True))
    for pk in pks:
        tell_watchers.enqueue([pk])
    return f"tellings begun again: {len(pks)}"

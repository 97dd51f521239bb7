"""Who wants to hear of a term or a proposal, and the link in each letter by which that ends.

The link works for whoever holds the letter, signed in or not, so it names one watch and is signed with the portal's
key: it can neither be guessed nor be changed into somebody else's.
"""

from collections.abc import Iterable
from typing import Any

from django.core.signing import Signer
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from portal.accounts.models import User
from portal.core.prepared import prepared
from taxonomy.models import Concept, Proposal, Watch


def _signature(watch_id: int) -> str:
    return Signer(salt="taxonomy.watch").signature(str(watch_id))


def ending_of(watch_id: int) -> str:
    """The site-relative address by which the watch is ended."""
    return f"/glossary/watching/{watch_id}/{_signature(watch_id)}/"


def watch_of(watch_id: int, signature: str) -> Watch | None:
    """The watch that the address with these ends; None for a forged one."""
    if not constant_time_compare(signature, _signature(watch_id)):
        return None
    return Watch.objects.select_related("concept", "proposal").filter(pk=watch_id).first()


@transaction.atomic
def watch(member: User, thing: Concept | Proposal) -> bool:
    """Let `member` hear of `thing` from now on. False when that is so already."""
    found, made = Watch.objects.select_for_update().get_or_create(member=member, **_what(thing))
    if made or found.active:
        return made
    Watch.objects.filter(pk=found.pk).update(active=True)
    return True


def follow(member: User, proposal: Proposal) -> bool:
    """Who takes part hears of it, unless they have said that they would not. False when nothing changed."""
    return Watch.objects.get_or_create(member=member, **_what(proposal))[1]


def unwatch(member: User, thing: Concept | Proposal) -> bool:
    """False when `member` did not watch it."""
    return bool(Watch.objects.filter(member=member, active=True, **_what(thing)).update(active=False))


def end(found: Watch) -> bool:
    """End this watch. False when it has ended already."""
    return bool(Watch.objects.filter(pk=found.pk, active=True).update(active=False))


def hand_over(merged: Proposal, target: Proposal) -> None:
    """Who watched a proposal that was merged hears of the one that goes on."""
    members = Watch.objects.filter(proposal=merged, active=True).values_list("member_id", flat=True)
    rows = [Watch(member_id=pk, proposal=target) for pk in members]
    Watch.objects.bulk_create(rows, ignore_conflicts=True)


def is_watching(member_id: int | None, thing: Concept | Proposal) -> bool:
    """One query, none for a visitor."""
    return member_id is not None and bool(_watches(member_id, isinstance(thing, Concept), thing.pk))


@prepared
def _watches(member_id: int, is_concept: bool, pk: int) -> "QuerySet[Watch, int]":
    name, other = ("concept", "proposal") if is_concept else ("proposal", "concept")
    found = Watch.objects.filter(member=member_id, active=True, **{name: pk, other: None})
    return found.values_list("pk", flat=True)[:1]


def watchers(concept_ids: Iterable[int] = (), proposal_ids: Iterable[int] = ()) -> list[Watch]:
    """Those who are to hear of these: one query for terms, one for proposals, none for nothing."""
    found: list[Watch] = []
    for name, ids in (("proposal", list(proposal_ids)), ("concept", list(concept_ids))):
        if ids:
            found += Watch.objects.filter(active=True, **{f"{name}__in": ids}).order_by("pk")
    return found


def _what(thing: Concept | Proposal) -> dict[str, Any]:
    if isinstance(thing, Concept):
        return {"concept": thing, "proposal": None}
    return {"concept": None, "proposal": thing}

"""Who wants to hear of a term or a proposal, and of proposals as a steward; and how each of that ends by the link in
a letter (`portal.core.unsubscribing`)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import unsubscribing
from portal.core.prepared import prepared
from portal.core.unsubscribing import Subscription
from portal.core.viewer import Role
from taxonomy.models import Concept, Proposal, QuietSteward, Watch

WATCH, STEWARD = "term-watch", "steward-letters"
PROPOSALS = "/glossary/proposals/"


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


def stewards() -> list[int]:
    """The ids of the terminology stewards who want to hear of every proposal: one query."""
    named = User.objects.filter(is_active=True, groups__name=Role.STEWARD, quiet_steward=None)
    return list(named.order_by("pk").values_list("pk", flat=True))


def hears_as_steward(member_id: int) -> bool:
    """Whether this steward has not said that they want no letters. One query."""
    return not QuietSteward.objects.filter(member=member_id).exists()


def set_steward_letters(member_id: int, wanted: bool) -> bool:
    """Let this steward have letters about all proposals, or none. False when it is so already."""
    if wanted:
        return bool(QuietSteward.objects.filter(member=member_id).delete()[0])
    return QuietSteward.objects.get_or_create(member_id=member_id)[1]


def ending_of(watch_id: int) -> str:
    """The site-relative address by which the watch is ended."""
    return unsubscribing.address_of(WATCH, watch_id)


def steward_ending_of(member_id: int) -> str:
    """The site-relative address by which a steward's letters end."""
    return unsubscribing.address_of(STEWARD, member_id)


def _find(key: str) -> Subscription | None:
    found = Watch.objects.select_related("concept", "proposal").filter(pk=key).first()
    thing = (found.concept or found.proposal) if found else None
    if found is None or thing is None:
        return None
    return Subscription(
        thing.title, thing.get_absolute_url() if isinstance(thing, Concept) else thing.url, found.active
    )


def _end(key: str) -> bool:
    return bool(Watch.objects.filter(pk=key, active=True).update(active=False))


def _find_steward(key: str) -> Subscription | None:
    if not User.objects.filter(pk=key).exists():
        return None
    return Subscription(_("Proposals for the glossary"), PROPOSALS, hears_as_steward(int(key)))


unsubscribing.register(WATCH, find=_find, end=_end)
unsubscribing.register(STEWARD, find=_find_steward, end=lambda key: set_steward_letters(int(key), False))

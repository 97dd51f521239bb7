"""What a member proposed and remarked, taken out of readers' sight at once where it is spam, and shown again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.core import pagecache
from taxonomy.models import Proposal, Remark


def remarks_of(member_id: int) -> "QuerySet[Remark, Remark]":
    """Steps of proposals at which the member said something."""
    return Remark.objects.filter(author=member_id).exclude(body="", changes=[])


def lock(member_id: int) -> None:
    """Keep what the member proposed and remarked as it is until the transaction ends."""
    for rows in (Proposal.objects.filter(proposer=member_id), Remark.objects.filter(author=member_id)):
        list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def hide_all(member_id: int) -> Mapping[str, Any]:
    """Hide every proposal and remark of the member, and say which were shown before."""
    found: dict[str, QuerySet[Any, Any]] = {
        "proposals": Proposal.objects.filter(proposer=member_id),
        "remarks": remarks_of(member_id),
    }
    hidden = {name: _flip(rows, True) for name, rows in found.items()}
    return hidden if any(hidden.values()) else {}


@transaction.atomic
def show_all(data: Mapping[str, Any]) -> bool:
    """Show again what `hide_all` hid, if it still is."""
    rows: list[QuerySet[Any, Any]] = [
        Proposal.objects.filter(pk__in=data["proposals"]),
        Remark.objects.filter(pk__in=data["remarks"]),
    ]
    shown = [_flip(found, False) for found in rows]
    return any(shown)


def _flip(rows: "QuerySet[Any, Any]", hidden: bool) -> Sequence[int]:
    """Which of the rows this changed."""
    changed = list(rows.filter(hidden=not hidden).select_for_update().values_list("pk", flat=True))
    if rows.filter(pk__in=changed).update(hidden=hidden):
        pagecache.bump()
    return changed

"""What is done with cases: report, claim, settle. Every function is atomic and says False if nothing changed.

Two people never settle one case: whoever is second finds it claimed or settled, whatever pages they have open.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.moderation import telling
from portal.moderation.kinds import Thing
from portal.moderation.models import REASON_LENGTH, WORDS_LENGTH, Case, Report

# Who has claimed a case and done nothing for so long has left it.
CLAIM_LASTS = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class TakenError(Exception):
    """Somebody else has the case, or has settled it: `case` says who and how."""

    case: Case


@transaction.atomic
def report(thing: Thing, reporter: User, reason: str, words: str = "") -> tuple[Report, bool]:
    """A report about `thing`, and True; or the open one that `reporter` made before, and False."""
    return Report.objects.get_or_create(
        case=_open(thing), reporter=reporter, defaults={"reason": reason, "words": words[:WORDS_LENGTH]}
    )


def _open(thing: Thing) -> Case:
    """The open case of the thing, which nobody settles before this transaction ends."""
    author = None if thing.withheld else thing.author_id
    case, _made = (
        Case.objects.open()
        .select_for_update()
        .get_or_create(
            kind=thing.kind, key=thing.key, settled_at=None, defaults={"page_id": thing.page_id, "author_id": author}
        )
    )
    return case


@transaction.atomic
def hold(thing: Thing, note: str = "") -> Case:
    """Open a case for what waits until a moderator has seen it."""
    case = _open(thing)
    Case.objects.filter(pk=case.pk).update(held=True, note=note[:REASON_LENGTH])
    return case


def claims_since() -> datetime:
    """Claims older than this have ended."""
    return timezone.now() - CLAIM_LASTS


@transaction.atomic
def claim(case: Case, by: User) -> bool:
    """Take the case. False if `by` has it already. Raises TakenError if somebody else has it, or it is settled."""
    free = Case.objects.filter(pk=case.pk).free_for(by.pk, claims_since())
    already = Case.objects.open().filter(pk=case.pk, claimed_by=by, claimed_at__gte=claims_since()).exists()
    if not free.update(claimed_by=by, claimed_at=timezone.now()):
        raise TakenError(_fresh(case))
    return not already


@transaction.atomic
def release(case: Case, by: User) -> bool:
    """Give the case back. False if `by` does not have it."""
    return bool(Case.objects.open().filter(pk=case.pk, claimed_by=by).update(claimed_by=None, claimed_at=None))


@transaction.atomic
def settle(case: Case, by: User, outcome: str, note: str = "") -> bool:
    """End the case, and tell its reporters. Raises TakenError if somebody else has it, or has settled it.

    Call it first in the transaction that does something about the thing: then nothing is done twice.
    """
    free = Case.objects.filter(pk=case.pk).free_for(by.pk, claims_since())
    now = timezone.now()
    if not free.update(settled_at=now, settled_by=by, outcome=outcome, note=note[:REASON_LENGTH]):
        raise TakenError(_fresh(case))
    telling.tell_reporters(_fresh(case))
    return True


@transaction.atomic
def carry(kind: str, keys: list[str], page_id: int | None) -> int:
    """Things have come into another section: whoever runs it handles their open cases now."""
    return Case.objects.open().filter(kind=kind, key__in=keys).exclude(page=page_id).update(page_id=page_id)


def _fresh(case: Case) -> Case:
    return Case.objects.select_related("claimed_by", "settled_by").get(pk=case.pk)

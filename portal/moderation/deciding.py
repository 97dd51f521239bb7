"""What can be done with a thing, and doing it: the case is settled in the same transaction, first, so that of two
people who decide at once the second does nothing and is told."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.moderation import kinds, listings, services
from portal.moderation.kinds import Deed, Thing
from portal.moderation.models import Case

DISMISS, APPROVE, REJECT, PUT_BACK = "dismiss", "approve", "reject", "put_back"


def offered(thing: Thing, case: Case | None) -> Sequence[Deed]:
    """What makes sense for the thing as it is now."""
    kind = kinds.of(thing)
    if thing.state == "held" and kind.approve and kind.reject:
        found = [
            Deed(APPROVE, gettext_lazy("Approve: everybody on the board sees it"), kind.approve),
            Deed(REJECT, gettext_lazy("Do not approve: it stays hidden"), kind.reject),
        ]
        if kind.put_back and kind.is_edit(thing):
            label = gettext_lazy("Do not approve the edit: what stood there before is shown again")
            found.insert(1, Deed(PUT_BACK, label, kind.put_back))
        return found
    deeds = tuple(deed for deed in kind.deeds if deed.offered(thing))
    if case is None:
        return deeds
    return (*deeds, Deed(DISMISS, gettext_lazy("Nothing: settle the reports"), lambda key, by, reason: True))


OUTCOMES = {
    DISMISS: Case.Outcome.DISMISSED,
    APPROVE: Case.Outcome.APPROVED,
    PUT_BACK: Case.Outcome.REJECTED,
    REJECT: Case.Outcome.REJECTED,
}


@transaction.atomic
def decide(thing: Thing, case: Case | None, name: str, by: User, reason: str) -> bool:
    """Settle the case, if there is one, and do it. False if nothing changed. Raises TakenError.

    A case that is settled by doing what was done already is settled all the same.
    """
    deed = next(deed for deed in offered(thing, case) if deed.name == name)
    kinds.of(thing).lock(thing.key)
    if case is not None:
        services.settle(case, by, OUTCOMES.get(name, Case.Outcome.ACTED), reason if name == DISMISS else "")
    return deed.act(thing.key, by, reason) or case is not None


def who_was_first(case: Case) -> str:
    """The sentence for the second of two people on one case."""
    if case.settled_at:
        words = {"name": listings.name_of(case.settled_by), "outcome": case.get_outcome_display()}
        return _("%(name)s has settled this already: %(outcome)s. You have changed nothing.") % words
    return _("%s has claimed this and is at it. You have changed nothing.") % listings.name_of(case.claimed_by)

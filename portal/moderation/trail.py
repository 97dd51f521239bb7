"""The audit trail: every act of a moderator leaves one row, which shows who, when, what and why, and can be undone.

A room registers the names of its acts. An act is recorded in the transaction that does it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.moderation import telling
from portal.moderation.kinds import Thing
from portal.moderation.models import REASON_LENGTH, Act

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLE_LENGTH = 200
# In the data of acts from before there was a trail: it does not know enough to take them back.
FORMER = "former"

Undoer = Callable[[Act, User], bool]
# The kind and key of a thing.
Own = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ActName:
    """`label` says what was done ("Hidden"). `undo(act, by)` takes it back, and says False if that changed nothing.

    `tells`: whom it concerns is told: the author of the thing, and those of `concerns(act)`, each with the kind and key
    of what is theirs. `needs_reason`: it is done with somebody's words, or to a member, so nobody may
    do it without saying why. `reaches(act)`: the sections that taking it back changes beside the act's own.
    """

    name: str
    label: "StrOrPromise"
    undo: Undoer | None = None
    tells: bool = True
    needs_reason: bool = True
    reaches: Callable[[Act], Sequence[int]] = lambda act: ()
    concerns: Callable[[Act], Mapping[int, Own]] = lambda act: {}


_names: dict[str, ActName] = {}


def register(name: ActName) -> None:
    """Let acts of this name be recorded. Registering a name again replaces it."""
    _names[name.name] = name


def label_of(name: str) -> str:
    """What was done, in words; the bare name of an act that no room knows any more."""
    return str(_names[name].label) if name in _names else name


def can_undo(act: Act) -> bool:
    """Whether there is a way back that nobody has taken."""
    known = _names.get(act.name)
    return act.undone_at is None and not act.data.get(FORMER) and known is not None and known.undo is not None


def reached(act: Act) -> Sequence[int]:
    """The pages of the other sections in which taking the act back changes something."""
    known = _names.get(act.name)
    return known.reaches(act) if known else ()


def concerned(act: Act) -> Mapping[int, Own]:
    """The members whom it concerns, each with what of it is theirs."""
    known = _names.get(act.name)
    author = {} if act.member_id is None else {act.member_id: (act.kind, act.key)}
    return {**author, **(known.concerns(act) if known else {})}


@transaction.atomic
def record(name: str, by: User | None, thing: Thing, *, reason: str = "", data: Mapping[str, Any] | None = None) -> Act:
    """Write down what was done with `thing`, and tell whom it concerns. `by` is nobody for what the clock does.

    Raises KeyError for a name that is not registered, and ValueError where a reason is needed and missing.
    """
    known = _names[name]
    if known.needs_reason and not reason.strip():
        raise ValueError(f"{name} needs a reason.")
    act = Act.objects.create(
        name=name,
        by=by,
        kind=thing.kind,
        key=thing.key,
        title=thing.title[:TITLE_LENGTH] if thing.kind != "member" else "",
        page_id=thing.page_id,
        member_id=thing.author_id,
        reason=reason[:REASON_LENGTH],
        data={**(data or {}), **({"withheld": True} if thing.withheld else {})},
    )
    if known.tells:
        telling.tell_concerned(act, concerned(act))
    return act


def undo(act: Act, by: User) -> bool:
    """Take the act back. False if somebody has done so before, or if nothing of it is left to take back."""
    known = _names.get(act.name)
    if known is None or known.undo is None or not can_undo(act):
        return False
    with transaction.atomic():
        fresh = Act.objects.filter(pk=act.pk, undone_at=None)
        if not fresh.update(undone_at=timezone.now(), undone_by=by):
            return False
        if not known.undo(act, by):
            transaction.set_rollback(True)
            return False
        if known.tells:
            telling.tell_concerned(fresh_act(act), concerned(act), undone=True)
    return True


def fresh_act(act: Act) -> Act:
    """The act as the database has it now."""
    return Act.objects.get(pk=act.pk)

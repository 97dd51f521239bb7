"""What a member may not do: warned, suspended, banned, and everything hidden at once where it is spam.

Each is one act of the trail and can be undone. What is in force is read anew from the rows after each change, so that
of two suspensions the longer one counts.
"""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.moderation import kinds, trail
from portal.moderation.kinds import Thing
from portal.moderation.models import REASON_LENGTH, Act, Sanction

MEMBER = "member"


def about(member: User) -> Thing:
    """The member as what an act was done with."""
    return Thing(MEMBER, str(member.pk), "", "", "", author_id=member.pk)


def warn(member: User, by: User, reason: str) -> bool:
    """Tell `member` that something must not happen again, for the record."""
    return _sanction(member, by, Sanction.Kind.WARNING, reason)


def suspend(member: User, by: User, reason: str, until: datetime) -> bool:
    """Let `member` write nothing until then. False if that moment has passed or the member is suspended as long."""
    if until <= timezone.now():
        return False
    return _sanction(member, by, Sanction.Kind.SUSPENSION, reason, until)


def ban(member: User, by: User, reason: str) -> bool:
    """Close the account against `member`: no sign-in, and sessions end. False if it is so."""
    return _sanction(member, by, Sanction.Kind.BAN, reason)


@transaction.atomic
def purge(member: User, by: User, reason: str, until: datetime) -> bool:
    """Hide everything that `member` wrote and suspend, in one act. False if neither changed anything."""
    _lock(member)
    _lock_writings(member.pk)
    hidden = {name: dict(room.hide(member.pk)) for name, room in kinds.writings().items()}
    hidden = {name: rows for name, rows in hidden.items() if rows}
    if not hidden and _is_in_force(member, Sanction.Kind.SUSPENSION, until):
        return False
    row = _row(member, by, Sanction.Kind.SUSPENSION, reason, until)
    trail.record("member.purge", by, about(member), reason=reason, data={"sanction": row.pk, "hidden": hidden})
    _put_in_force(member)
    return True


@transaction.atomic
def _sanction(member: User, by: User, kind: Sanction.Kind, reason: str, until: datetime | None = None) -> bool:
    member = _lock(member)
    if _is_in_force(member, kind, until):
        return False
    row = _row(member, by, kind, reason, until)
    data = {"sanction": row.pk, "was_active": member.is_active, **({"until": until.isoformat()} if until else {})}
    trail.record(f"member.{kind.value}", by, about(member), reason=reason, data=data)
    _put_in_force(member)
    return True


def _row(member: User, by: User, kind: Sanction.Kind, reason: str, until: datetime | None) -> Sanction:
    return Sanction.objects.create(member=member, kind=kind, by=by, until=until, reason=reason[:REASON_LENGTH])


def _lock(member: User) -> User:
    """The account, which nobody else sanctions now. Rows that point to it may be written meanwhile: who answers has
    locked a topic before, and hiding all of a member's words locks topics afterwards."""
    return User.objects.select_for_update(no_key=True).get(pk=member.pk)


def _lock_writings(member_id: int) -> None:
    """Of every room first: each ends by writing what everybody needs who writes anything."""
    for room in kinds.writings().values():
        room.lock(member_id)


def _is_in_force(member: User, kind: Sanction.Kind, until: datetime | None) -> bool:
    """Whether nothing would change: the member is banned, or suspended as long. Warnings are given again."""
    if kind == Sanction.Kind.WARNING:
        return False
    found = _in_force(member, kind)
    return (found.filter(until__gte=until) if until else found).exists()


def _in_force(member: User, kind: Sanction.Kind) -> "QuerySet[Sanction, Sanction]":
    return Sanction.objects.filter(member=member, kind=kind, lifted_at=None)


def _put_in_force(member: User, *, reopen: bool = False) -> None:
    """Make the account say what the rows say; `reopen` one that a ban has closed which is over."""
    longest = _in_force(member, Sanction.Kind.SUSPENSION).order_by("-until").values_list("until", flat=True).first()
    banned = _in_force(member, Sanction.Kind.BAN).exists()
    fresh = User.objects.get(pk=member.pk)
    fresh.suspended_until = longest
    fresh.is_active = not banned and (fresh.is_active or reopen)
    # Saved, not updated past the signals: the directory hears of it.
    fresh.save(update_fields=["suspended_until", "is_active"])
    if banned:
        for session in UserSession.objects.filter(user=fresh):
            session.end()


def _lift(act: Act, by: User) -> bool:
    row = Sanction.objects.filter(pk=act.data.get("sanction"), lifted_at=None)
    found = row.select_related("member").first()
    if found is None or not row.update(lifted_at=timezone.now()):
        return False
    _put_in_force(found.member, reopen=bool(act.data.get("was_active")))
    return True


def _undo_purge(act: Act, by: User) -> bool:
    rooms = kinds.writings()
    if act.member_id is not None:
        _lock_writings(act.member_id)
    shown = [rooms[name].show(rows) for name, rows in act.data.get("hidden", {}).items() if name in rooms]
    return _lift(act, by) or any(shown)


trail.register(trail.ActName("member.warning", _("Warned"), _lift))
trail.register(trail.ActName("member.suspension", _("Suspended"), _lift))
trail.register(trail.ActName("member.ban", _("Banned"), _lift))
trail.register(trail.ActName("member.purge", _("Everything hidden, and suspended"), _undo_purge))

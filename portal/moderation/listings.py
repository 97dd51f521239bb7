"""The rows of the queue, the trail and a member's history, read in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.numbers import id_in
from portal.moderation import kinds, trail
from portal.moderation.access import Handler
from portal.moderation.kinds import Thing
from portal.moderation.models import Act, Case, Report, Sanction
from portal.moderation.services import CLAIM_LASTS

ON_A_PAGE = 25
IN_HISTORY = 10


@dataclass(slots=True)
class CaseRow:
    """A case as the queue lists it. `reasons` are those of its reports; `taken_by` is who has it, "" for nobody."""

    pk: int
    kind: str
    key: str
    title: str
    label: str
    excerpt: str
    held: bool
    opened_at: datetime
    section: str
    taken_by: str
    taken_at: datetime | None
    outcome: str
    settled_by: str
    settled_at: datetime | None
    reports: int = 0
    reasons: list[str] = field(default_factory=list)


def cases(handler: Handler, show: str) -> "QuerySet[Case, Case]":
    """The cases that the handler handles: open ones by age, the handler's own, or settled ones, the latest first."""
    found = Case.objects.handled_by(handler.viewer, handler.paths)
    if show == "settled":
        found = found.exclude(settled_at=None).order_by("-settled_at", "-pk")
    else:
        found = found.open().order_by("opened_at", "pk")
        if show == "mine":
            found = found.filter(claimed_by=handler.viewer.user_id, claimed_at__gte=timezone.now() - CLAIM_LASTS)
    return found.select_related("claimed_by", "settled_by", "page")


def rows(found: Iterable[Case]) -> list[CaseRow]:
    """The rows of these cases: a query for their reports, and those of each kind of thing."""
    listed = list(found)
    things = kinds.handled((case.kind, case.key) for case in listed)
    made = {case.pk: _row(case, things.get((case.kind, case.key))) for case in listed}
    for report in Report.objects.filter(case__in=made):
        row = made[report.case_id]
        row.reports += 1
        reason = report.get_reason_display()
        if reason not in row.reasons:
            row.reasons.append(reason)
    return list(made.values())


def _row(case: Case, thing: Thing | None) -> CaseRow:
    taken = is_claimed(case)
    return CaseRow(
        pk=case.pk,
        kind=case.kind,
        key=case.key,
        title=thing.title if thing else _("What was reported is no longer there"),
        label=thing.label if thing else "",
        excerpt=thing.excerpt if thing else "",
        held=case.held,
        opened_at=case.opened_at,
        section=case.page.title if case.page else "",
        taken_by=name_of(case.claimed_by) if taken else "",
        taken_at=case.claimed_at if taken else None,
        outcome=case.get_outcome_display(),
        settled_by=name_of(case.settled_by) if case.settled_at else "",
        settled_at=case.settled_at,
    )


def is_claimed(case: Case) -> bool:
    """Whether somebody has the case at present."""
    return case.settled_at is None and case.claimed_at is not None and timezone.now() - case.claimed_at < CLAIM_LASTS


def name_of(user: User | None) -> str:
    return user.name if user else _("A former member")


def open_case(handler: Handler, kind: str, key: str) -> Case | None:
    """The open case of the thing, if the handler handles it."""
    found = Case.objects.handled_by(handler.viewer, handler.paths).open()
    return found.filter(kind=kind, key=key).select_related("claimed_by").prefetch_related("reports__reporter").first()


def settled_since(handler: Handler, number: str) -> Case | None:
    """The case with this number, which somebody had before them, if it has been settled by now."""
    found = Case.objects.handled_by(handler.viewer, handler.paths).exclude(settled_at=None)
    return found.filter(pk=id_in(number) or 0).select_related("settled_by", "claimed_by").first()


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act as the trail shows it. `about` is a member whom it concerns, where that is what it was done with."""

    pk: int
    label: str
    by: str
    by_id: str
    at: datetime
    kind: str
    key: str
    title: str
    reason: str
    undone_by: str
    undone_at: datetime | None
    may_undo: bool


def acts(handler: Handler) -> "QuerySet[Act, Act]":
    """The trail that the handler may read, the latest first."""
    found = Act.objects.handled_by(handler.viewer, handler.paths).order_by("-at", "-pk")
    return found.select_related("by", "undone_by", "member")


def act_rows(found: Iterable[Act], reader_id: int | None) -> list[ActRow]:
    """The rows of the trail. What somebody else did with the reader's own words is not the reader's to take back."""
    return [
        ActRow(
            pk=act.pk,
            label=trail.label_of(act.name),
            by=name_of(act.by) if act.by_id else _("By the clock, or a former member"),
            by_id=str(act.by_id or ""),
            at=act.at,
            kind=act.kind,
            key=act.key,
            title=act.title or (name_of(act.member) if act.kind == "member" else ""),
            reason=act.reason,
            undone_by=name_of(act.undone_by) if act.undone_at else "",
            undone_at=act.undone_at,
            may_undo=trail.can_undo(act) and (act.member_id != reader_id or act.by_id == reader_id),
        )
        for act in found
    ]


@dataclass(frozen=True, slots=True)
class History:
    """What moderators need to know of an author: how long here, how much written, how often reported, what was done."""

    member_id: int
    name: str
    joined: datetime
    is_new: bool
    active: bool
    suspended_until: datetime | None
    written: Sequence[tuple[str, int]]
    reported: int
    sanctions: Sequence[Sanction]
    acts: Sequence[ActRow]

    @property
    def member_key(self) -> str:
        """The id as a text: templates write numbers in the reader's language."""
        return str(self.member_id)


NEW_FOR = timedelta(days=7)


def history(handler: Handler, member_id: int) -> History | None:
    """The history of the member as far as the handler handles it; None for who has left.

    What was done with words written under a withheld name is left out: it would say who wrote them. How much the member
    wrote is for who may hide all of it: some stands where a lead may not look.
    """
    member = User.objects.filter(pk=member_id).first()
    if member is None:
        return None
    known = acts(handler).filter(member=member, data__withheld__isnull=True)
    cases = Case.objects.handled_by(handler.viewer, handler.paths).filter(author=member)
    until = member.suspended_until
    return History(
        member_id=member.pk,
        name=member.name,
        joined=member.date_joined,
        is_new=timezone.now() - member.date_joined < NEW_FOR,
        active=member.is_active,
        suspended_until=until if until and until > timezone.now() else None,
        written=_written(member.pk) if handler.may_sanction else (),
        reported=Report.objects.filter(case__in=cases).count(),
        sanctions=list(Sanction.objects.filter(member=member)[:IN_HISTORY]) if handler.may_sanction else (),
        acts=act_rows(known[:IN_HISTORY], handler.viewer.user_id),
    )


def _written(member_id: int) -> list[tuple[str, int]]:
    return [line for room in kinds.writings().values() for line in room.count(member_id)]


def reports_of(member_id: int) -> "QuerySet[Report, Report]":
    """What the member reported, the latest first."""
    return Report.objects.filter(reporter=member_id).select_related("case").order_by("-created_at", "-pk")

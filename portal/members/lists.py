"""What would become of the rows of a mailing list, and inviting them: a dry run and its confirmation."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from allauth.account.models import EmailAddress
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import services as accounts
from portal.accounts.models import Invitation, User
from portal.members.importing import ImportRow, MailingList
from portal.members.models import Upload

Progress = Callable[[int], object]
# In a request nobody waits longer, and other writers wait behind it; longer lists go through the command.
MOST_IN_A_REQUEST = 500


class Verdict(models.TextChoices):
    """What becomes of one row."""

    INVITE = "invite", _("Would be invited")
    MEMBER = "member", _("Is a member already")
    INVITED = "invited", _("Is invited already")
    TWICE = "twice", _("Stands in the list before")
    INVALID = "invalid", _("Cannot be invited")


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with what becomes of it."""

    row: ImportRow
    verdict: Verdict

    @property
    def says(self) -> str:
        """What is wrong with the row, in sentences."""
        return " ".join(self.row.problems)


def judge(rows: Sequence[ImportRow]) -> list[Judged]:
    """What becomes of each row, in order: three queries, however many rows."""
    wanted = {row.email for row in rows if row.email}
    members = set(User.objects.filter(email__in=wanted).values_list("email", flat=True))
    members |= set(EmailAddress.objects.filter(email__in=wanted).values_list("email", flat=True))
    invited = set(Invitation.objects.open().filter(email__in=wanted).values_list("email", flat=True))
    seen: set[str] = set()
    judged = []
    for row in rows:
        judged.append(Judged(row, _verdict(row, members, invited, seen)))
        seen.add(row.email)
    return judged


def _verdict(row: ImportRow, members: set[str], invited: set[str], seen: set[str]) -> Verdict:
    if row.problems:
        return Verdict.INVALID
    if row.email in seen:
        return Verdict.TWICE
    if row.email in members:
        return Verdict.MEMBER
    return Verdict.INVITED if row.email in invited else Verdict.INVITE


def tally(judged: Iterable[Judged]) -> list[tuple[Verdict, int]]:
    """How many rows there are of each verdict, in the order of the verdicts; those of which there are none left out."""
    counted = Counter(one.verdict for one in judged)
    return [(verdict, counted[verdict]) for verdict in Verdict if counted[verdict]]


@transaction.atomic
def invite_rows(
    rows: Sequence[ImportRow], by: User | None, note: str = "", progress: Progress = lambda done: None
) -> int:
    """Invite every row that can be, all or none. Returns how many; inviting the same list again invites nobody.

    What the list says of a person waits with the invitation, and nobody gets an account without having accepted it.
    `progress` is told how many rows were dealt with since it was last called.
    """
    made = 0
    for one in judge(rows):
        if one.verdict is Verdict.INVITE:
            row = one.row
            made += accounts.invite(row.email, by, note=note, name=row.name, data=row.profile)[1]
        progress(1)
    return made


@transaction.atomic
def invite_addresses(addresses: Iterable[str], by: User, note: str = "") -> int:
    """Invite people by their addresses. Returns how many; who is invited already gets no second letter."""
    return sum(accounts.invite(address, by, note=note)[1] for address in addresses)


def keep(name: str, read: MailingList, by: User) -> Upload:
    """Keep a list that was read until it is confirmed."""
    return Upload.objects.create(by=by, name=name[:200], rows=[asdict(row) for row in read.rows], notes=read.notes)


def rows_of(upload: Upload) -> list[ImportRow]:
    return [ImportRow(**row) for row in upload.rows]


@transaction.atomic
def confirm(upload: Upload, by: User) -> int | None:
    """Invite the rows of `upload` and drop them. Returns how many were invited; None if that was done before."""
    current = Upload.objects.select_for_update().get(pk=upload.pk)
    if current.applied_at is not None or current.has_expired:
        return None
    invited = invite_rows(rows_of(current), by)
    Upload.objects.filter(pk=current.pk).update(applied_at=timezone.now(), invited=invited, rows=[])
    return invited

"""Whom moderation tells of what: authors of what was done with their words, reporters of what came of a report."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.core import letters
from portal.core.models import Letter
from portal.core.viewer import Viewer
from portal.moderation import kinds, wording
from portal.moderation.kinds import Thing
from portal.moderation.models import Act, Case
from portal.notifications.services import tell
from portal.notifications.verbs import Channel, Notice, Said, Verb, one_of, register

OUTCOME = "moderation.outcome"
REPORT = "moderation.report"
BAN = "moderation-ban"


def tell_concerned(act: Act, members: Iterable[int], *, undone: bool = False) -> None:
    """Tell the members whom `act` concerns, but not who did it; once more when it is taken back."""
    actor = act.undone_by_id if undone else act.by_id
    tell(OUTCOME, about=act.pk, key=f"{act.pk}{'-undone' if undone else ''}", recipients=members, actor=actor)
    if act.name == "member.ban" and act.member_id is not None and not undone:
        # Who cannot sign in has no inbox, and no account that letters go to.
        address = User.objects.values_list("email", flat=True).get(pk=act.member_id)
        letters.owe(BAN, str(act.pk), address=address, about=act.pk)


def tell_reporters(case: Case) -> None:
    """Tell everybody who reported the thing of `case` how it was settled."""
    reporters = case.reports.exclude(reporter=None).values_list("reporter_id", flat=True)
    tell(REPORT, about=case.pk, key=str(case.pk), recipients=[pk for pk in reporters if pk], actor=case.settled_by_id)


def say_outcomes(notices: Sequence[Notice], viewer: Viewer) -> Mapping[int, Said]:
    """What was done, for whom it concerns and nobody else: one query."""
    own = [notice for notice in notices if notice.recipient_id == viewer.user_id]
    found = Act.objects.in_bulk([notice.about for notice in own])
    return {
        notice.pk: Said(
            wording.outcome(act, notice.recipient_id), reverse("moderation_outcome", args=[act.pk]), act.reason
        )
        for notice in own
        if (act := found.get(notice.about)) is not None
    }


def say_reports(notices: Sequence[Notice], viewer: Viewer) -> Mapping[int, Said]:
    """What came of reports, for who made them. What a thing is called is said while they may see it. A query, and those
    of each kind of thing."""
    settled = Case.objects.filter(reports__reporter=viewer.user_id).exclude(settled_at=None).distinct()
    cases = settled.in_bulk([notice.about for notice in notices])
    things = kinds.found_many([(case.kind, case.key) for case in cases.values()], viewer)
    return {
        notice.pk: _say_report(case, things.get((case.kind, case.key)))
        for notice in notices
        if (case := cases.get(notice.about)) is not None
    }


def _say_report(case: Case, thing: Thing | None) -> Said:
    about = _("Your report about “%s”") % thing.title if thing else _("Your report")
    return Said(f"{about}: {wording.settled(case)}", reverse("moderation_reports"), case.note)


def compose_ban(letter: Letter) -> EmailMultiAlternatives | None:
    """The mail to a banned member; None if the ban has been lifted since."""
    act = Act.objects.filter(pk=letter.about or 0, undone_at=None).first()
    if act is None:
        return None
    return letters.compose(
        letter,
        subject=_("Your account has been closed by a moderator"),
        template="moderation/email/ban",
        context={"reason": act.reason},
    )


letters.register(BAN, compose_ban)
_GROUP = gettext_lazy("Moderation")
for name, label, say_all in (
    (OUTCOME, gettext_lazy("A moderator did something with what you wrote"), say_outcomes),
    (REPORT, gettext_lazy("What came of something that you reported"), say_reports),
):
    register(Verb(name, label, _GROUP, one_of(say_all), Channel.INBOX, say_all))

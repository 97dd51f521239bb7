"""Whom moderation tells of what: authors of what was done with their words, reporters of what came of a report."""

from collections.abc import Iterable

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.core import letters
from portal.core.models import Letter
from portal.core.viewer import Viewer
from portal.moderation import kinds, wording
from portal.moderation.models import Act, Case
from portal.notifications.services import tell
from portal.notifications.verbs import Channel, Notice, Said, Verb, register

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


def say_outcome(notice: Notice, viewer: Viewer) -> Said | None:
    """What was done, for whom it concerns and nobody else."""
    act = Act.objects.filter(pk=notice.about).first()
    if act is None or viewer.user_id != notice.recipient_id:
        return None
    return Said(wording.outcome(act, notice.recipient_id), reverse("moderation_outcome", args=[act.pk]), act.reason)


def say_report(notice: Notice, viewer: Viewer) -> Said | None:
    """What came of a report, for who made it. What the thing is called is said while they may see it."""
    case = Case.objects.filter(pk=notice.about, reports__reporter=viewer.user_id).exclude(settled_at=None).first()
    if case is None:
        return None
    thing = kinds.found(case.kind, case.key, viewer)
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
register(
    Verb(OUTCOME, gettext_lazy("A moderator did something with what you wrote"), _GROUP, say_outcome, Channel.INBOX)
)
register(Verb(REPORT, gettext_lazy("What came of something that you reported"), _GROUP, say_report, Channel.INBOX))

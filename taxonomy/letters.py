"""The mails to who watches a term or a proposal. What a mail says is read when it is sent: who may not see the
glossary any more, or has ended the watch, gets none; of what was hidden meanwhile nobody is told."""

from collections.abc import Iterable
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from portal.core import letters, unsubscribing
from portal.core.models import Letter
from portal.core.text import plain_text
from portal.core.viewer import viewer_for
from taxonomy import versions, watching
from taxonomy.models import ConceptVersion, GlossaryPage, Proposal, Remark, Watch
from taxonomy.models.proposals import Act

CHANGED, REMARK, FOR_STEWARD = "term-changed", "term-proposal", "steward-proposal"
EXCERPT = 600
# What of a proposal those hear who watch the term but not the proposal: its beginning and its end.
FOR_WATCHERS_OF_THE_TERM = frozenset({Act.PROPOSED, Act.AGREED, Act.MERGED, Act.DECLINED})

# What the proposer of a proposal does that a steward may have to answer.
FOR_STEWARDS = frozenset({Act.PROPOSED, Act.COMMENT, Act.REVISED, Act.WITHDRAWN})


def tell_of_versions(changed: Iterable[ConceptVersion]) -> int:
    """Owe each watcher of a term a letter about its new version; how many. One query when nobody watches."""
    by_term = {version.concept_id: version for version in changed}
    told = 0
    for watch in watching.watchers(concept_ids=by_term):
        version = by_term[watch.concept_id]  # type: ignore[index]
        if watch.member_id != version.by_id:
            told += _owe(CHANGED, version.pk, watch)
    return told


def tell_of_remark(remark: Remark, proposal: Proposal) -> int:
    """Owe a letter about `remark` to each who watches its proposal, or its term when it is about more than words.

    What the proposer does, stewards hear too, each by one letter at most. Called twice it owes nothing twice.
    """
    terms = [proposal.concept_id] if proposal.concept_id and remark.act in FOR_WATCHERS_OF_THE_TERM else []
    told: dict[int, bool] = {}
    for watch in watching.watchers(terms, [proposal.pk]):
        if watch.member_id != remark.author_id and watch.member_id not in told:
            told[watch.member_id] = _owe(REMARK, remark.pk, watch)
    if remark.act in FOR_STEWARDS and remark.author_id == proposal.proposer_id:
        for steward in watching.stewards():
            if steward != remark.author_id and steward not in told:
                told[steward] = letters.owe(FOR_STEWARD, f"{remark.pk}-{steward}", recipient=steward, about=remark.pk)
    return sum(told.values())


def _owe(kind: str, about: int, watch: Watch) -> bool:
    return letters.owe(kind, f"{about}-{watch.member_id}", recipient=watch.member_id, about=about, note=str(watch.pk))


def compose_changed(letter: Letter) -> EmailMultiAlternatives | None:
    """A term that the reader watches has another version."""
    version = ConceptVersion.objects.select_related("concept", "by").filter(pk=letter.about or 0).first()
    watch = _watch(letter)
    if version is None or watch is None:
        return None
    return _mail(
        letter,
        watching.ending_of(watch.pk),
        subject=_("Changed in the glossary: %(title)s") % {"title": version.concept.title},
        template="taxonomy/email/changed",
        context={"version": versions.shown_version(version), "path": f"{version.concept.get_absolute_url()}#history"},
    )


def compose_remark(letter: Letter) -> EmailMultiAlternatives | None:
    """Something was said or done about a proposal that the reader watches."""
    watch = _watch(letter)
    return _remark_mail(letter, watching.ending_of(watch.pk), "taxonomy/email/remark") if watch else None


def compose_for_steward(letter: Letter) -> EmailMultiAlternatives | None:
    """A proposal was made, or its proposer has answered. Not for who is no steward any more, or wants no letters."""
    reader = letter.recipient
    if reader is None or not viewer_for(reader).is_steward or not watching.hears_as_steward(reader.pk):
        return None
    return _remark_mail(letter, watching.steward_ending_of(reader.pk), "taxonomy/email/steward")


def _remark_mail(letter: Letter, ending: str, template: str) -> EmailMultiAlternatives | None:
    """What was said or done, in the words of `template`; None when it was hidden meanwhile."""
    remark = Remark.objects.select_related("proposal__scheme", "author").filter(pk=letter.about or 0).first()
    if remark is None or remark.hidden or remark.proposal.hidden:
        return None
    proposal = remark.proposal
    words = plain_text(remark.html or (proposal.reason_html if remark.act == Act.PROPOSED else ""))
    return _mail(
        letter,
        ending,
        subject=_subject(remark),
        template=template,
        context={
            "remark": remark,
            "proposal": proposal,
            "excerpt": words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …",
            "path": f"{proposal.url}#remark-{remark.pk}",
        },
    )


def _subject(remark: Remark) -> str:
    subjects = {
        Act.PROPOSED: _("Proposed for the glossary: %(title)s"),
        Act.COMMENT: _("A comment on the proposal: %(title)s"),
        Act.REVISED: _("Revised proposal: %(title)s"),
        Act.WITHDRAWN: _("Withdrawn proposal: %(title)s"),
        Act.ASKED: _("Changes asked for: %(title)s"),
        Act.AGREED: _("Agreed: %(title)s"),
        Act.MERGED: _("Merged: %(title)s"),
        Act.DECLINED: _("Declined: %(title)s"),
    }
    return subjects[Act(remark.act)] % {"title": remark.proposal.title}


def _watch(letter: Letter) -> Watch | None:
    """The watch for which the letter is owed, if it goes on and its owner may see the glossary."""
    found = Watch.objects.filter(pk=int(letter.note or 0), member=letter.recipient_id, active=True).first()
    if found is None or letter.recipient is None:
        return None
    return found if GlossaryPage.objects.visible(viewer_for(letter.recipient)).exists() else None


def _mail(
    letter: Letter, ending: str, *, subject: str, template: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    name = letter.recipient.get_short_name() if letter.recipient else ""
    message = letters.compose(
        letter, subject=subject, template=template, context={**context, "name": name, "ending": ending}
    )
    unsubscribing.add_headers(message, ending)
    return message


letters.register(CHANGED, compose_changed)
letters.register(REMARK, compose_remark)
letters.register(FOR_STEWARD, compose_for_steward)

"""What stewards decide about proposals. Only here does a proposal become an agreed term.

Each function checks once more that it is a steward who decides, is atomic, writes the reason down as a remark, and
says False when the proposal is settled already.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from taxonomy import access, contents, history, watching
from taxonomy.models import Concept, Proposal, Status
from taxonomy.models.proposals import Act, State
from taxonomy.models.vocabulary import LabelKind
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import concepts, version
from taxonomy.services.proposals import free_slug, lock, remark, settle
from taxonomy.text import clean_line

LONGEST_SOURCE = 200


@transaction.atomic
def agree(proposal: Proposal, steward: User, reason: str, *, seen: str = "", at: datetime | None = None) -> bool:
    """The term is made, or changed as proposed, and is an agreed one from now on.

    `seen` is the fingerprint (`contents.fingerprint`) of what the steward had before them. Raises VocabularyError, and
    writes nothing, when proposal or term have changed since, or when a rule of the vocabulary forbids it by now; and
    PermissionDenied for who is no steward.
    """
    access.require_steward(steward)
    version.lock()
    held = lock(proposal)
    if not held.is_open:
        return False
    if seen != contents.fingerprint(held):
        raise VocabularyError(
            _("The proposal or its term has changed since you opened this page. Look at the difference again."), "seen"
        )
    with history.acting(by_id=steward.pk, proposal_id=held.pk, at=at):
        outcome = _change(held) if held.is_change else _create(held)
    return settle(held, steward, State.AGREED, Act.AGREED, reason, at=at, outcome=outcome)


def _create(proposal: Proposal) -> Concept:
    values = contents.values_for(proposal.wanted, None)
    return concepts.create_concept(
        proposal.scheme,
        free_slug(proposal.title),
        values.pop("title"),
        status=Status.AGREED,
        source=_source(proposal),
        **values,
    )


def _change(proposal: Proposal) -> Concept:
    concept = proposal.concept
    if concept is None or concept.status == Status.DEPRECATED:
        raise VocabularyError(
            _("“%s” is not used any more: merge the proposal into another term, or decline it.") % proposal.title,
            "what",
        )
    after = contents.merged(proposal.base, proposal.wanted, contents.of(concept))
    concepts.update_concept(concept, status=Status.AGREED, **contents.values_for(after, concept))
    return concept


def _source(proposal: Proposal) -> str:
    """The sources as the term names them, where they are one short line."""
    source = clean_line(proposal.sources)
    return source if len(source) <= LONGEST_SOURCE and "\n" not in proposal.sources.strip() else ""


@transaction.atomic
def ask_for_changes(proposal: Proposal, steward: User, reason: str, *, at: datetime | None = None) -> bool:
    """The proposer may revise; the proposal stays open. False when it is settled."""
    access.require_steward(steward)
    held = lock(proposal)
    if not held.is_open:
        return False
    Proposal.objects.filter(pk=held.pk).update(state=State.REVISE)
    remark(held, steward, Act.ASKED, reason, at=at)
    return True


@transaction.atomic
def decline(proposal: Proposal, steward: User, reason: str, *, at: datetime | None = None) -> bool:
    """The vocabulary stays as it is."""
    access.require_steward(steward)
    return settle(lock(proposal), steward, State.DECLINED, Act.DECLINED, reason, at=at)


@transaction.atomic
def merge_into_proposal(
    proposal: Proposal, target: Proposal, steward: User, reason: str, *, at: datetime | None = None
) -> bool:
    """Another open proposal goes on for both; who watched this one watches that one.

    Raises VocabularyError when the other is this one or is settled.
    """
    access.require_steward(steward)
    held, other = lock(proposal), lock(target)
    if other.pk == held.pk or not other.is_open:
        raise VocabularyError(_("Choose another proposal that is still open."), "target_proposal")
    if not settle(held, steward, State.MERGED, Act.MERGED, reason, at=at, merged_into=other):
        return False
    watching.hand_over(held, other)
    return True


@transaction.atomic
def merge_into_term(
    proposal: Proposal, target: Concept, steward: User, reason: str, *, at: datetime | None = None
) -> bool:
    """The proposed term becomes another word for an existing one, whose status stays as it is.

    Raises VocabularyError for a term that is not used any more, and when a rule forbids the label.
    """
    access.require_steward(steward)
    version.lock()
    held = lock(proposal)
    if not held.is_open:
        return False
    target.refresh_from_db()
    if target.status == Status.DEPRECATED:
        raise VocabularyError(_("“%s” is not used any more: choose another term.") % target.title, "target_term")
    now = contents.of(target)
    added = LabelSpec(held.title, kind=LabelKind.ALT)
    if held.title != target.title and [added.text, *added.place] not in [row[:3] for row in now["labels"]]:
        now = {**now, "labels": [*now["labels"], [added.text, added.language, added.jurisdiction, added.kind]]}
        with history.acting(by_id=steward.pk, proposal_id=held.pk, at=at):
            concepts.update_concept(target, labels=contents.values_for(now, target)["labels"])
    return settle(held, steward, State.MERGED, Act.MERGED, reason, at=at, outcome=target)

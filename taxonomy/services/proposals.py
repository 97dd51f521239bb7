"""What members do with proposals: write, discuss, support or object, revise, withdraw.

Every function is atomic and says False (or `created=False`) if nothing changed. Whether somebody may is asked before,
in `taxonomy.access`. Settling one is in `taxonomy.services.deciding`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import pagecache
from portal.core.text import render_markdown
from taxonomy import contents, letters, rules, watching
from taxonomy.models import Concept, Proposal, Remark, Scheme, Stand, Status
from taxonomy.models.proposals import OPEN_STATES, Act, State
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import concepts

SLUG_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a member proposes that a term should be. Labels are those beside the title, `broader` are slugs."""

    title: str
    definition: str
    labels: tuple[LabelSpec, ...] = ()
    broader: tuple[str, ...] = ()
    scope_note: str = ""


def propose(
    member: User | None,
    scheme: Scheme,
    wanted: Wanted,
    *,
    reason: str,
    sources: str = "",
    concept: Concept | None = None,
    token: str = "",
    at: datetime | None = None,
) -> tuple[Proposal, bool]:
    """A new proposal, and True; or the one that the same `token` made before, and False.

    With `concept` it is a change to that term, and what differs from it is what is proposed. Raises VocabularyError,
    and writes nothing, when a rule of the vocabulary forbids it or when nothing differs.
    """
    try:
        with transaction.atomic():
            earlier = _sent_before(Proposal, "proposer", member, token)
            if earlier is not None:
                return earlier, False
            values = {**_content(scheme, wanted, concept), **_texts(reason, sources)}
            made = at or timezone.now()
            proposal = Proposal.objects.create(proposer=member, client_token=token, created_at=made, **values)
            remark(proposal, member, Act.PROPOSED, at=at)
            return proposal, True
    except IntegrityError:
        # The same form sent twice at the same moment: the other request has made the proposal.
        earlier = _sent_before(Proposal, "proposer", member, token)
        if earlier is None:
            raise
        return earlier, False


@transaction.atomic
def revise(
    proposal: Proposal, wanted: Wanted, *, reason: str, sources: str = "", note: str = "", at: datetime | None = None
) -> bool:
    """Bring an open proposal to what its proposer wants now; what was asked for may be there, so it is open again.

    The term as it stands now becomes what the change is compared with. False when nothing changed or it is settled.
    Raises VocabularyError as `propose` does.
    """
    held = lock(proposal)
    if not held.is_open:
        return False
    content = _checked(held.scheme, wanted, held.concept)
    texts = _texts(reason, sources)
    if content == held.wanted and all(getattr(held, name) == value for name, value in texts.items()):
        return False
    changes = contents.differences(held.wanted, content)
    Proposal.objects.filter(pk=held.pk).update(
        title=content["title"],
        wanted=content,
        base=contents.of(held.concept) if held.concept else {},
        state=State.OPEN,
        revision=held.revision + 1,
        **texts,
    )
    remark(held, held.proposer, Act.REVISED, note, changes=changes, at=at)
    return True


@transaction.atomic
def withdraw(proposal: Proposal, *, note: str = "", at: datetime | None = None) -> bool:
    """The proposer takes the proposal back. False when it is settled already."""
    return settle(proposal, proposal.proposer, State.WITHDRAWN, Act.WITHDRAWN, note, at=at)


def comment(
    proposal: Proposal, member: User | None, body: str, *, token: str = "", at: datetime | None = None
) -> tuple[Remark, bool]:
    """A new remark, and True; or the one that the same `token` made before, and False."""
    try:
        with transaction.atomic():
            earlier = _sent_before(Remark, "author", member, token)
            if earlier is not None:
                return earlier, False
            return remark(proposal, member, Act.COMMENT, body, token=token, at=at), True
    except IntegrityError:
        earlier = _sent_before(Remark, "author", member, token)
        if earlier is None:
            raise
        return earlier, False


@transaction.atomic
def take_stand(
    proposal: Proposal, member: User, *, supports: bool, reason: str = "", at: datetime | None = None
) -> bool:
    """Let `member` support the proposal or object to it, instead of what they said before. False when they say the
    same again, or when the proposal is settled."""
    held = lock(proposal)
    values = {"supports": supports, "reason": reason, "revision": held.revision}
    if not held.is_open or Stand.objects.filter(proposal=held, member=member, **values).exists():
        return False
    Stand.objects.update_or_create(proposal=held, member=member, defaults={**values, "at": at or timezone.now()})
    watching.follow(member, held)
    pagecache.bump()
    return True


@transaction.atomic
def hide(thing: Proposal | Remark, hidden: bool) -> bool:
    """Take a proposal or a remark out of readers' sight, or show it again. False when it is so already."""
    changed = type(thing)._default_manager.filter(pk=thing.pk, hidden=not hidden).update(hidden=hidden)
    if changed:
        pagecache.bump()
    return bool(changed)


def lock(proposal: Proposal) -> Proposal:
    """The row as it is now, kept from others until the transaction ends."""
    held = Proposal.objects.select_for_update(of=("self",)).select_related("scheme", "concept", "proposer")
    return held.get(pk=proposal.pk)


def settle(
    proposal: Proposal, who: User | None, state: str, act: str, body: str, *, at: datetime | None = None, **fields: Any
) -> bool:
    """Give an open proposal its end, with words, in the transaction of the caller. False when it has one."""
    open_ones = Proposal.objects.filter(pk=proposal.pk, state__in=OPEN_STATES)
    if not open_ones.update(state=state, settled_at=at or timezone.now(), **fields):
        return False
    remark(proposal, who, act, body, at=at)
    return True


def remark(
    proposal: Proposal,
    author: User | None,
    act: str,
    body: str = "",
    *,
    changes: list[dict[str, Any]] | None = None,
    token: str = "",
    at: datetime | None = None,
) -> Remark:
    """Write down what was done or said, and let its author watch from now on. Who watches is told of what is done now,
    not of what is written down later (`at`)."""
    made = Remark.objects.create(
        proposal=proposal,
        author=author,
        act=act,
        body=body,
        html=render_markdown(body) if body else "",
        changes=changes or [],
        client_token=token,
        created_at=at or timezone.now(),
    )
    if author is not None:
        watching.follow(author, proposal)
    if at is None:
        letters.tell_of_remark(made, proposal)
    pagecache.bump()
    return made


def free_slug(title: str) -> str:
    """A slug for a new term that no concept has and no page of the glossary: numbered when it must be."""
    stem = slugify(title)[:SLUG_LENGTH].strip("-") or "term"
    taken = {*Concept.objects.filter(slug__startswith=stem).values_list("slug", flat=True), *rules.RESERVED_SLUGS}
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _content(scheme: Scheme, wanted: Wanted, concept: Concept | None) -> dict[str, Any]:
    content = _checked(scheme, wanted, concept)
    return {
        "scheme": scheme,
        "concept": concept,
        "is_change": concept is not None,
        "title": content["title"],
        "wanted": content,
        "base": contents.of(concept) if concept else {},
    }


def _checked(scheme: Scheme, wanted: Wanted, concept: Concept | None) -> dict[str, Any]:
    """The content as it is kept. Raises VocabularyError when the vocabulary would refuse it as it stands now."""
    specs = [spec for spec in rules.tidy_labels(wanted.title, wanted.labels) if not contents.is_main(spec)]
    content = contents.pack(wanted.title, wanted.definition, specs, wanted.broader, wanted.scope_note)
    if concept is not None:
        if concept.status == Status.DEPRECATED:
            raise VocabularyError(_("“%s” is not used any more: propose a new term instead.") % concept.title, "title")
        if content == contents.of(concept):
            raise VocabularyError(_("Nothing here differs from the term as it is. Change what you propose."), "title")
    target = concept or Concept(slug=free_slug(content["title"]))
    values = contents.values_for(content, concept)
    refused = concepts.refusal(target, values if concept else {**values, "scheme": scheme})
    if refused is not None:
        raise refused
    return content


def _texts(reason: str, sources: str) -> dict[str, str]:
    return {
        "reason": reason,
        "reason_html": render_markdown(reason),
        "sources": sources,
        "sources_html": render_markdown(sources) if sources else "",
    }


def _sent_before(model: Any, owner: str, member: User | None, token: str) -> Any:
    """What this member's form with this token made before."""
    if not token or member is None:
        return None
    return model.objects.filter(**{owner: member}, client_token=token).first()

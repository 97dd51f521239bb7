"""Two concepts become one: words, links, and whatever holds the one go to the other."""

from collections import defaultdict
from collections.abc import Mapping as Links
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.notifications import services as notifications
from taxonomy import closure, history, holders, rules
from taxonomy.models import BroaderLink, Concept, Label, Mapping, RelatedLink, Status, Watch
from taxonomy.models.vocabulary import LabelKind
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import version
from taxonomy.services.concepts import apply
from taxonomy.signals import concept_merged

Graph = Links[int, set[int]]


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge will do: the labels that the target gets, and links by ids, as they will be.

    `broader` holds what is above each concept whose broader concepts change; `related` what will be related to the
    target. `kept` are the target's own labels.
    """

    labels: tuple[LabelSpec, ...]
    kept: tuple[LabelSpec, ...]
    broader: dict[int, set[int]] = field(default_factory=dict)
    related: frozenset[int] = frozenset()


@transaction.atomic
def merge(concept: Concept, into: Concept) -> bool:
    """Let `into` stand for `concept` everywhere. False when it does already.

    Labels become alternative ones of `into` (hidden ones stay hidden); broader, narrower and related concepts become
    its own, where that makes no circle; pages, drafts, topics and profiles that hold the one hold the other. `concept`
    keeps its row and title, deprecated, and its address leads to `into`, as do those of concepts merged before.
    Raises VocabularyError, and writes nothing, when a rule forbids it.
    """
    version.lock()
    concept.refresh_from_db()
    into.refresh_from_db()
    if concept.merged_into_id == into.pk:
        return False
    planned = plan(concept, into)
    before = history.states(_changing(concept, into, planned))
    touched = {concept.pk, into.pk, *planned.broader}
    values = {"labels": [], "broader": [], "related": [], "status": Status.DEPRECATED, "replaced_by": into}
    touched |= apply(concept, values)
    touched |= _link_below(concept, into, planned)
    touched |= apply(
        into,
        {
            "labels": [*planned.kept, *planned.labels],
            "broader": list(Concept.objects.filter(pk__in=planned.broader.get(into.pk, _above(into)))),
            "related": list(Concept.objects.filter(pk__in=planned.related)),
        },
    )
    Concept.objects.filter(replaced_by=concept).update(replaced_by=into)
    touched |= set(Concept.objects.filter(merged_into=concept).values_list("pk", flat=True))
    Concept.objects.filter(merged_into=concept).update(merged_into=into)
    Concept.objects.filter(pk=concept.pk).update(merged_into=into)
    concept.merged_into = into
    _hand_over_own(concept, into)
    holders.hand_over(concept.pk, into.pk)
    holders.rewrite_revisions(concept.pk, into.pk)
    history.record_many(before, before)
    concept_merged.send(sender=Concept, concept_id=concept.pk, into_id=into.pk)
    version.announce(touched)
    return True


def _hand_over_own(concept: Concept, into: Concept) -> None:
    """What the vocabulary itself keeps of a concept: who watches it, and what it is like elsewhere."""
    notifications.hand_over("concept", str(concept.pk), str(into.pk))
    watching = Watch.objects.filter(concept=into).values("member")
    Watch.objects.filter(concept=concept).exclude(member__in=watching).update(concept=into)
    Mapping.objects.filter(concept__in=[concept, into], target__in=[concept, into]).delete()
    held = set(Mapping.objects.filter(concept=into).values_list("kind", "uri"))
    for pk, *what in Mapping.objects.filter(concept=concept).values_list("pk", "kind", "uri"):
        if tuple(what) not in held:
            Mapping.objects.filter(pk=pk).update(concept=into)
    Mapping.objects.filter(target=concept).update(target=into)


def _changing(concept: Concept, into: Concept, planned: MergePlan) -> set[int]:
    """The ids of all whose texts or links a merge changes."""
    pointing = Concept.objects.filter(replaced_by=concept).values_list("pk", flat=True)
    beside = RelatedLink.objects.filter(concept__in=[concept, into]).values_list("related_id", flat=True)
    return {concept.pk, into.pk, *planned.broader, *planned.related, *pointing, *beside}


def plan(concept: Concept, into: Concept) -> MergePlan:
    """What `merge` would do. Writes nothing: six queries. Raises VocabularyError when a rule forbids it."""
    check_merge(concept, into)
    held = {label.pk: _spec(label) for label in Label.objects.filter(concept=into)}
    taken = {(spec.text, *spec.place) for spec in held.values()}
    labels = [_as_further(_spec(label)) for label in Label.objects.filter(concept=concept).order_by("pk")]
    kept = [spec for spec in held.values() if not rules.is_main(spec, into.title_language)]
    related = set(RelatedLink.objects.filter(concept__in=[concept, into]).values_list("related_id", flat=True))
    return MergePlan(
        labels=tuple(spec for spec in labels if (spec.text, *spec.place) not in taken),
        kept=tuple(kept),
        broader=contracted(_links(), concept.pk, into.pk),
        related=frozenset(related - {concept.pk, into.pk}),
    )


def check_merge(concept: Concept, into: Concept) -> None:
    """Raises VocabularyError for one concept, two schemes, or one of the two that was retired."""
    names = {"title": concept.title, "other": into.title, "scheme": into.scheme.title}
    if concept.pk == into.pk:
        raise VocabularyError(_("“%(title)s” cannot be merged into itself.") % names, "into")
    if concept.merged_into is not None:
        names["other"] = concept.merged_into.title
        raise VocabularyError(_("“%(title)s” has been merged into “%(other)s” already.") % names, "into")
    if into.status == Status.DEPRECATED:
        raise VocabularyError(
            _("“%(title)s” cannot be merged into “%(other)s”, because that is deprecated.") % names, "into"
        )
    if concept.scheme_id != into.scheme_id:
        raise VocabularyError(
            _(
                "“%(title)s” cannot be merged into “%(other)s”, because that is in another scheme; move one of the "
                "two to the other's scheme first."
            )
            % names,
            "into",
        )


def contracted(links: Graph, concept: int, into: int) -> dict[int, set[int]]:
    """What is above each concept whose broader concepts change when `into` takes the place of `concept`.

    `links` holds what is directly above each concept, and must be without circles; so is what comes of it. What was
    directly above or below `concept` is above or below `into` afterwards, except what lies between the two: that stays
    where it is as seen from `into`, and what is above `concept` comes above it.
    """
    above_both = {pk: closure.ancestors(pk, links).keys() for pk in (concept, into)}
    wanted: dict[int, set[int]] = {}
    for pk, above in links.items():
        if concept in above and pk != into:
            between = pk in above_both[into]
            wanted[pk] = (above - {concept}) | (links.get(concept, set()) - {into} if between else {into})
    new = {**links, **wanted, concept: set()}
    own = links.get(into, set()) - {concept}
    for parent in sorted(links.get(concept, set()) - {into}):
        known = own | {pk for start in own for pk in closure.ancestors(start, new)}
        if parent not in known and not closure.reaches([parent], into, new):
            own = own | {parent}
    if own != links.get(into, set()):
        wanted[into] = own
    return {pk: above for pk, above in wanted.items() if above != links.get(pk, set())}


def _link_below(concept: Concept, into: Concept, planned: MergePlan) -> set[int]:
    """Write the links of what stood directly below `concept`. Returns the ids of what has other ancestors now."""
    below = {pk: above for pk, above in planned.broader.items() if pk != into.pk}
    BroaderLink.objects.filter(broader=concept).delete()
    held = set(BroaderLink.objects.filter(concept__in=below).values_list("concept_id", "broader_id"))
    wanted = {(pk, parent) for pk, above in below.items() for parent in above}
    BroaderLink.objects.bulk_create(BroaderLink(concept_id=a, broader_id=b) for a, b in sorted(wanted - held))
    Concept.objects.filter(pk__in=below).update(updated_at=timezone.now())
    return {*below, *closure.refresh(concept.pk)}


def _links() -> dict[int, set[int]]:
    links: dict[int, set[int]] = defaultdict(set)
    for concept_id, broader_id in BroaderLink.objects.values_list("concept_id", "broader_id"):
        links[concept_id].add(broader_id)
    return dict(links)


def _above(concept: Concept) -> set[int]:
    return set(BroaderLink.objects.filter(concept=concept).values_list("broader_id", flat=True))


def _spec(label: Label) -> LabelSpec:
    return LabelSpec(label.text, label.language, label.jurisdiction, label.kind)


def _as_further(spec: LabelSpec) -> LabelSpec:
    kind = LabelKind.HIDDEN if spec.kind == LabelKind.HIDDEN else LabelKind.ALT
    return LabelSpec(spec.text, spec.language, spec.jurisdiction, kind)

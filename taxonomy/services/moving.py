"""A branch of the tree goes to another place, or to another scheme."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from taxonomy import closure, history, rules
from taxonomy.models import Ancestry, BroaderLink, Concept, Label, RelatedLink, Scheme, Status
from taxonomy.models.vocabulary import LabelKind
from taxonomy.rules import LabelSpec
from taxonomy.services import version
from taxonomy.services.concepts import apply

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a move will do: ids of the branch (the concept first), where it goes, and the links that it cannot keep.

    `cut` holds (concept, broader) of links from inside the branch to concepts that stay in the old scheme; they become
    related concepts instead. `is_change` is False when all is so already.
    """

    branch: tuple[int, ...]
    scheme: Scheme
    broader: tuple[Concept, ...]
    cut: tuple[tuple[int, int], ...] = ()
    is_change: bool = True


@transaction.atomic
def move(concept: Concept, *, broader: Iterable[Concept] | None = None, scheme: Scheme | None = None) -> bool:
    """Put `concept`, with everything below it, directly below `broader` (none: at the top) in `scheme`.

    Without `scheme` it stays in its own, or follows `broader` to theirs; without `broader` it stays where it is, or
    becomes a top concept of another scheme. False when it is there already. Links that would lead from one scheme to
    another become related concepts. Raises VocabularyError, and writes nothing, for a circle, and for a preferred
    label that is taken in the new scheme.
    """
    version.lock()
    concept.refresh_from_db()
    planned = plan(concept, broader=broader, scheme=scheme)
    if not planned.is_change:
        return False
    before = history.states({*planned.branch, *(pk for pair in planned.cut for pk in pair)})
    touched: set[int] = set()
    if planned.scheme.pk != concept.scheme_id:
        touched |= _to_scheme(concept, planned)
    touched |= apply(concept, {"broader": planned.broader})
    history.record_many(before, before)
    version.announce(touched)
    return True


def plan(concept: Concept, *, broader: Iterable[Concept] | None = None, scheme: Scheme | None = None) -> MovePlan:
    """What `move` would do. Writes nothing: seven queries. Raises VocabularyError when a rule forbids it."""
    wanted = None if broader is None else tuple(broader)
    scheme = scheme or (wanted[0].scheme if wanted else concept.scheme)
    held = list(Concept.objects.filter(narrower_links__concept=concept))
    if scheme.pk == concept.scheme_id:
        above = tuple(held) if wanted is None else wanted
        rules.check_broader(concept, above)
        is_change = {other.pk for other in above} != {other.pk for other in held}
        return MovePlan((concept.pk,), scheme, above, is_change=is_change)
    branch = [concept.pk, *Ancestry.objects.filter(ancestor=concept).values_list("concept_id", flat=True)]
    moved = Concept(pk=concept.pk, title=concept.title, scheme=scheme)
    rules.check_broader(moved, wanted or ())
    _check_labels(concept, scheme)
    return MovePlan(tuple(branch), scheme, wanted or (), tuple(_cut(concept.pk, set(branch))))


def _cut(root: int, branch: Collection[int]) -> list[tuple[int, int]]:
    """Links from the branch to what stays, but for those of the root: its place is what changes."""
    links = BroaderLink.objects.exclude(concept=root).values_list("concept_id", "broader_id")
    return [(below, above) for below, above in links if below in branch and above not in branch]


def _check_labels(concept: Concept, scheme: Scheme) -> None:
    """Raises VocabularyError for the first preferred label of a living concept of the branch that is taken."""
    living = Label.objects.filter(kind=LabelKind.PREF).exclude(concept__status=Status.DEPRECATED)
    columns = ("normalised", "language", "jurisdiction")
    taken = set(living.filter(concept__scheme=scheme).values_list(*columns))
    below = Ancestry.objects.filter(ancestor=concept).values("concept_id")
    for label in living.filter(Q(concept=concept) | Q(concept__in=below)).select_related("concept").order_by("pk"):
        if (label.normalised, label.language, label.jurisdiction) in taken:
            spec = LabelSpec(label.text, label.language, label.jurisdiction, label.kind)
            rules.check_labels_free(scheme, label.concept.title, [spec], label.concept_id)


def _to_scheme(concept: Concept, planned: MovePlan) -> set[int]:
    """Give the branch its new scheme, and write its cut links as related ones. Returns the ids of what changed."""
    for start in range(0, len(planned.branch), AT_ONCE):
        some = planned.branch[start : start + AT_ONCE]
        Concept.objects.filter(pk__in=some).update(scheme=planned.scheme, updated_at=timezone.now())
    for one, other in planned.cut:
        BroaderLink.objects.filter(concept_id=one, broader_id=other).delete()
    sides = [pair for one, other in planned.cut for pair in ((one, other), (other, one))]
    RelatedLink.objects.bulk_create(
        (RelatedLink(concept_id=one, related_id=other) for one, other in sides), ignore_conflicts=True
    )
    concept.scheme = planned.scheme
    ends = {pk for pair in planned.cut for pk in pair}
    return {*planned.branch, *ends, *closure.refresh(concept.pk)}

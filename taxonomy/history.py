"""What became of each term: the services write a version for every change, in the transaction of the change.

A service reads the states of the terms that it is about to change, changes them, and hands the states to
`record_many`, which reads them again and writes what differs. So nothing needs to know how a change was made, and a
load of ten thousand terms costs a few queries for each thousand.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from taxonomy import letters
from taxonomy.models import BroaderLink, Concept, ConceptVersion, Label, Notation, Note, RelatedLink
from taxonomy.models import Mapping as MappingRow
from taxonomy.models.vocabulary import LabelKind
from taxonomy.versions import Change, LabelRow, change

AT_ONCE = 1000
TEXTS = ("scheme", "title", "definition", "scope_note", "example", "source", "status", "replaced_by", "order")

# What a term has for other vocabularies, by table and columns.
BESIDE: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "notes": (Note, ("kind", "language", "text")),
    "notations": (Notation, ("text", "datatype")),
    "mappings": (MappingRow, ("kind", "uri")),
}
Row = tuple[str, ...]


@dataclass(slots=True)
class TermState:
    """A term as words. Labels are (text, language, jurisdiction, kind); links are titles by slug; notes, notations and
    mappings are rows of `BESIDE`."""

    scheme: str
    title: str
    definition: str
    scope_note: str
    example: str
    source: str
    status: str
    replaced_by: str
    order: int
    labels: set[LabelRow] = field(default_factory=set)
    broader: dict[str, str] = field(default_factory=dict)
    related: dict[str, str] = field(default_factory=dict)
    notes: set[Row] = field(default_factory=set)
    notations: set[Row] = field(default_factory=set)
    mappings: set[Row] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Deed:
    """By whom, for which proposal and when what is recorded was done; None is nobody, none and now."""

    by_id: int | None = None
    proposal_id: int | None = None
    at: datetime | None = None


_deed: ContextVar[Deed] = ContextVar("deed")
NOBODY = Deed()


@contextmanager
def acting(*, by_id: int | None = None, proposal_id: int | None = None, at: datetime | None = None) -> Iterator[None]:
    """Let the versions that are written inside say who made the change, for which proposal, and when."""
    token = _deed.set(Deed(by_id, proposal_id, at))
    try:
        yield
    finally:
        _deed.reset(token)


def states(concept_ids: Iterable[int]) -> dict[int, TermState]:
    """The states of these concepts: seven queries for each thousand. Ids that are none are left out."""
    found: dict[int, TermState] = {}
    for chunk in _chunks(sorted(set(concept_ids))):
        found |= _states(chunk)
    return found


def _states(ids: list[int]) -> dict[int, TermState]:
    fields = (f"{name}__title" if name in {"scheme", "replaced_by"} else name for name in TEXTS)
    found: dict[int, TermState] = {}
    for pk, *values in Concept.objects.filter(pk__in=ids).values_list("pk", *fields):
        texts: list[Any] = ["" if value is None else value for value in values]
        found[pk] = TermState(*texts)
    main = {"kind": LabelKind.PREF, "language": F("concept__title_language"), "jurisdiction": ""}
    labels = Label.objects.filter(concept__in=ids).exclude(**main)
    for pk, *label in labels.values_list("concept_id", "text", "language", "jurisdiction", "kind"):
        found[pk].labels.add(tuple(label))  # type: ignore[arg-type]
    above = BroaderLink.objects.filter(concept__in=ids).values_list("concept_id", "broader__slug", "broader__title")
    for pk, slug, title in above:
        found[pk].broader[slug] = title
    beside = RelatedLink.objects.filter(concept__in=ids).values_list("concept_id", "related__slug", "related__title")
    for pk, slug, title in beside:
        found[pk].related[slug] = title
    for name, (model, columns) in BESIDE.items():
        for pk, *row in model.objects.filter(concept__in=ids).values_list("concept_id", *columns):
            getattr(found[pk], name).add(tuple(row))
    return found


def record_many(concept_ids: Iterable[int], before: Mapping[int, TermState]) -> int:
    """Write a version of each of these concepts that is not as it was `before`; how many were written.

    Call it once after a change, inside its transaction and with the vocabulary locked (`services.version.lock`).
    An id that is not in `before` is a new term: its first version says its status, whatever else it has.
    """
    ids = sorted(set(concept_ids))
    return sum(_record(chunk, before) for chunk in _chunks(ids))


def _record(ids: list[int], before: Mapping[int, TermState]) -> int:
    deed = _deed.get(NOBODY)
    after = states(pk for pk in ids if pk in before)
    changed = {pk: found for pk in after if (found := differences(before[pk], after[pk]))}
    fresh = Concept.objects.filter(pk__in=[pk for pk in ids if pk not in before]).values_list("pk", "status")
    made = {pk: [change("status", "", status)] for pk, status in fresh}
    numbers = dict(ConceptVersion.objects.filter(concept__in=changed).values_list("concept_id").annotate(Max("number")))
    rows = [
        ConceptVersion(
            concept_id=pk,
            number=numbers.get(pk, 0) + 1,
            at=deed.at or timezone.now(),
            by_id=deed.by_id,
            proposal_id=deed.proposal_id,
            changes=changes,
        )
        for pk, changes in sorted((made | changed).items())
    ]
    written = ConceptVersion.objects.bulk_create(rows, batch_size=AT_ONCE)
    if deed.proposal_id is None:
        # Of a proposal's outcome, the proposal's own letters tell.
        letters.tell_of_versions([version for version in written if version.concept_id in changed])
    return len(written)


def differences(before: TermState, after: TermState) -> list[Change]:
    """What is different: texts whole; of labels and links those that went and those that came."""
    found = []
    for name in TEXTS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(change(name, old, new))
    for name in ("labels", *BESIDE):
        held_rows, wanted_rows = getattr(before, name), getattr(after, name)
        if held_rows != wanted_rows:
            found.append(change(name, sorted(held_rows - wanted_rows), sorted(wanted_rows - held_rows)))
    for name in ("broader", "related"):
        held, wanted = getattr(before, name), getattr(after, name)
        if held.keys() != wanted.keys():
            lost = [title for slug, title in held.items() if slug not in wanted]
            gained = [title for slug, title in wanted.items() if slug not in held]
            found.append(change(name, sorted(lost), sorted(gained)))
    return found


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk

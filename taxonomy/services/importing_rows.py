"""An import's rows below a concept: labels, notes, notations, mappings, memberships. Compared, then written in bulk."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from taxonomy.models import Label, Membership, Notation, Note
from taxonomy.models import Mapping as MappingRow
from taxonomy.skos import names
from taxonomy.skos.report import Report
from taxonomy.skos.wanted import Reader
from taxonomy.text import normalise

ROWS_AT_ONCE = 500
Row = tuple[Hashable, ...]


def delete(model: type[models.Model], pks: Iterable[int]) -> None:
    """Delete the rows with `pks`, some at a time."""
    ids = list(pks)
    for start in range(0, len(ids), ROWS_AT_ONCE):
        model._default_manager.filter(pk__in=ids[start : start + ROWS_AT_ONCE]).delete()


@dataclass(slots=True)
class Table:
    """One kind of rows below a concept: how they are read, compared and made."""

    model: type[models.Model]
    columns: tuple[str, ...]
    added: str
    removed: str
    further: Callable[[Row], dict[str, Any]] = lambda row: {}

    def held(self, pks: Iterable[int]) -> dict[int, dict[Row, int]]:
        """The rows of the concepts with `pks`, each with its own id: one query."""
        found: dict[int, dict[Row, int]] = {}
        rows = self.model._default_manager.filter(concept_id__in=pks).order_by("pk")
        for concept_id, pk, *row in rows.values_list("concept_id", "pk", *self.columns):
            found.setdefault(concept_id, {})[tuple(row)] = pk
        return found

    def make(self, concept_id: int, row: Row) -> models.Model:
        return self.model(concept_id=concept_id, **dict(zip(self.columns, row, strict=True)), **self.further(row))


LABELS = Table(
    Label,
    ("text", "language", "jurisdiction", "kind"),
    _("labels to add"),
    _("labels to remove"),
    lambda row: {"normalised": normalise(str(row[0]))},
)
NOTES = Table(Note, ("kind", "language", "text"), _("notes to add"), _("notes to remove"))
NOTATIONS = Table(Notation, ("text", "datatype"), _("notations to add"), _("notations to remove"))
MAPPINGS = Table(MappingRow, ("kind", "uri"), _("mappings to add"), _("mappings to remove"))
MEMBERSHIPS = Table(
    Membership, ("outside_id", "is_top"), _("memberships of schemes to add"), _("memberships of schemes to remove")
)
TABLES = (LABELS, NOTES, NOTATIONS, MAPPINGS, MEMBERSHIPS)


@dataclass(slots=True)
class Spoken:
    """What the files speak of at all. What they are silent about stays: a file in German removes no English."""

    labels: set[str]
    notes: set[str]
    notations: bool
    mappings: bool
    memberships: bool

    @classmethod
    def of(cls, reader: Reader, uris: Iterable[str]) -> "Spoken":
        """By the languages of the labels and notes of the concepts at `uris`, and by which predicates occur."""
        counts = reader.gathered.counts
        concepts = list(uris)
        return cls(
            labels=reader.languages(concepts, names.LABELS) | reader.languages_of_jurisdictions(concepts),
            notes=reader.languages(concepts, names.NOTES),
            notations=counts["notation"] > 0,
            mappings=any(counts[kind] for kind in names.MAPPINGS),
            memberships=any(counts[name] for name in ("inScheme", "topConceptOf", "hasTopConcept")),
        )


@dataclass(slots=True)
class Difference:
    """Rows to write for a chunk of concepts, and the ids of those to delete, by table; `touched` are the concepts."""

    fresh: dict[str, list[tuple[int, Row]]] = field(default_factory=dict)
    stale: dict[str, list[int]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)

    def compare(self, table: Table, concept_id: int, held: Mapping[Row, int], wanted: Iterable[Row]) -> None:
        """Note what makes of the rows `held` those `wanted`."""
        name = table.model.__name__
        ones = dict.fromkeys(wanted)
        fresh = [(concept_id, row) for row in ones if row not in held]
        stale = [pk for row, pk in held.items() if row not in ones]
        if fresh or stale:
            self.touched.add(concept_id)
            self.fresh.setdefault(name, []).extend(fresh)
            self.stale.setdefault(name, []).extend(stale)

    def count(self, report: Report) -> None:
        for table in TABLES:
            name = table.model.__name__
            for sentence, number in (
                (table.added, len(self.fresh.get(name, ()))),
                (table.removed, len(self.stale.get(name, ()))),
            ):
                if number:
                    report.changes[str(sentence)] += number

    def write(self, ids: Mapping[int, int]) -> None:
        """Delete and create. `ids` gives the ids of concepts that had stand-ins while they were not written."""
        for table in TABLES:
            name = table.model.__name__
            delete(table.model, self.stale.get(name, ()))
            table.model._default_manager.bulk_create(
                [table.make(ids.get(pk, pk), row) for pk, row in self.fresh.get(name, ())], batch_size=ROWS_AT_ONCE
            )

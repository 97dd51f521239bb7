"""Many concepts of a scheme changed at once by a spreadsheet: shown first, then applied as shown, all or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from taxonomy import history, snapshot, spreadsheet
from taxonomy.models import BroaderLink, Concept, Label, RelatedLink, Scheme
from taxonomy.rules import LabelSpec, VocabularyError, is_main
from taxonomy.services import version
from taxonomy.services.concepts import apply
from taxonomy.spreadsheet import Row


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one concept: (column, before, after) of each cell that differs. New ones have no before."""

    line: int
    slug: str
    title: str
    is_new: bool
    cells: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class Outcome:
    """What a file does, or would do. With `errors` (line, sentence) it does nothing at all.

    `skipped` are (line, slug, why); `token` is the version of the vocabulary that it was compared with.
    """

    token: str
    changes: list[Change] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    unchanged: int = 0


def export(scheme: Scheme) -> str:
    """The concepts of `scheme` as CSV, without those that were merged: four queries."""
    return spreadsheet.write(cells for _pk, cells in _held(scheme).values())


@transaction.atomic
def dry_run(scheme: Scheme, rows: Sequence[Row]) -> Outcome:
    """What `apply_rows` would do with `rows`. Everything is tried and taken back; nothing is told to anybody."""
    outcome, _touched = _run(scheme, rows)
    transaction.set_rollback(True)
    return outcome


@transaction.atomic
def apply_rows(scheme: Scheme, rows: Sequence[Row], token: str) -> Outcome:
    """Bring the concepts of `scheme` to `rows`. Concepts and columns that the file has not stay as they are.

    Raises VocabularyError, and writes nothing, when the vocabulary is not that of `token` any more, or a row is wrong.
    """
    version.lock()
    if snapshot.version_token() != token:
        raise VocabularyError(_("The vocabulary was changed meanwhile. Look at the changes again."), "file")
    before = history.states(Concept.objects.values_list("pk", flat=True))
    outcome, touched = _run(scheme, rows)
    if outcome.errors:
        line, sentence = outcome.errors[0]
        raise VocabularyError(_("Line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence}, "file")
    if touched:
        history.record_many(touched, before)
        version.announce(touched)
    return outcome


@dataclass(slots=True)
class _Item:
    """A row that changes something. `wanted` are its cells that differ."""

    row: Row
    slug: str
    concept: Concept
    wanted: dict[str, str]


def _run(scheme: Scheme, rows: Sequence[Row]) -> tuple[Outcome, set[int]]:
    """Compare, then write in three steps: texts and labels, then links that go, then links that come.

    With the links that go taken away first, no order of the lines makes a circle that the whole does not have.
    """
    version.lock()
    outcome = Outcome(snapshot.version_token())
    items = list(_compared(scheme, rows, outcome))
    touched: set[int] = set()
    for step in (_write_texts, _take_links, _write_links):
        for item in items:
            try:
                with transaction.atomic():
                    touched |= step(scheme, item)
            except ValidationError as error:
                outcome.errors.append((item.row.line, error.messages[0]))
                item.wanted = {}
    outcome.errors.sort()
    return outcome, touched


def _compared(scheme: Scheme, rows: Sequence[Row], outcome: Outcome) -> Iterable[_Item]:
    held = _held(scheme)
    slugs = {row.cells["slug"].strip() for row in rows}
    others = {
        found.slug: found
        for found in Concept.objects.select_related("scheme", "merged_into")
        if found.slug in slugs and found.slug not in held
    }
    concepts = Concept.objects.select_related("scheme").in_bulk(
        [pk for slug, (pk, _c) in held.items() if slug in slugs]
    )
    seen: dict[str, int] = {}
    for row in rows:
        slug = row.cells["slug"].strip()
        try:
            cells = _checked(row, slug, seen)
        except (ValueError, ValidationError) as error:
            sentence = error.messages[0] if isinstance(error, ValidationError) else str(error)
            outcome.errors.append((row.line, sentence))
            continue
        if slug in others:
            outcome.skipped.append((row.line, slug, _why(others[slug])))
            continue
        pk, before = held.get(slug, (None, {}))
        wanted = {column: text for column, text in cells.items() if text != before.get(column, "")}
        if pk is not None and not wanted:
            outcome.unchanged += 1
            continue
        changed = tuple((column, before.get(column, ""), text) for column, text in wanted.items() if column != "slug")
        title = cells.get("title") or before.get("title", "")
        outcome.changes.append(Change(row.line, slug, title, pk is None, changed))
        yield _Item(row, slug, concepts[pk] if pk is not None else Concept(slug=slug), wanted)


def _checked(row: Row, slug: str, seen: dict[str, int]) -> dict[str, str]:
    """The cells in their usual form. Raises ValueError or ValidationError with a sentence."""
    if not slug:
        raise ValueError(_("There is no slug."))
    if slug in seen:
        raise ValueError(
            _("The slug “%(slug)s” is in line %(line)d already.") % {"slug": slug[:80], "line": seen[slug]}
        )
    seen[slug] = row.line
    cells = {column: spreadsheet.canonical(column, text) for column, text in row.cells.items()}
    if "title" in cells and not cells["title"]:
        raise ValueError(_("A term needs a title."))
    return cells


def _why(concept: Concept) -> str:
    if concept.merged_into is not None:
        return _("It was merged into “%s”.") % concept.merged_into.title
    return _("It is in the scheme “%s”. Move it in the tree.") % concept.scheme.title


def _write_texts(scheme: Scheme, item: _Item) -> set[int]:
    """The concept with its texts and labels. Raises ValidationError when a rule is broken."""
    if not item.wanted:
        return set()
    columns = {*spreadsheet.LINES, *spreadsheet.TEXTS, "order"} - {"slug", "replaced_by"}
    if "replaced_by" not in item.wanted:
        columns.add("status")
    values: dict[str, Any] = {name: text for name, text in item.wanted.items() if name in columns}
    if "order" in values:
        values["order"] = int(values["order"])
    if "labels" in item.wanted:
        values["labels"] = spreadsheet.parse_labels(item.wanted["labels"])
    if item.concept.pk is None:
        if "title" not in values:
            raise VocabularyError(_("There is no term “%s”; a new one needs a title.") % item.slug, "slug")
        values["scheme"] = scheme
    return apply(item.concept, values) if values else set()


def _take_links(scheme: Scheme, item: _Item) -> set[int]:
    if "broader" not in item.wanted:
        return set()
    keep = Concept.objects.filter(narrower_links__concept=item.concept, slug__in=item.wanted["broader"].split())
    return apply(item.concept, {"broader": list(keep)})


def _write_links(scheme: Scheme, item: _Item) -> set[int]:
    """What points to other concepts. Raises VocabularyError for one that is not there."""
    values: dict[str, Any] = {}
    for column in ("broader", "related"):
        if column in item.wanted:
            values[column] = _named(column, item.wanted[column].split())
    if "replaced_by" in item.wanted:
        named = _named("replaced_by", item.wanted["replaced_by"].split())
        values["replaced_by"] = named[0] if named else None
        if "status" in item.wanted:
            values["status"] = item.wanted["status"]
    return apply(item.concept, values) if values else set()


def _named(column: str, slugs: list[str]) -> list[Concept]:
    found = list(Concept.objects.select_related("scheme").filter(slug__in=slugs))
    missing = sorted(set(slugs) - {concept.slug for concept in found})
    if missing:
        raise VocabularyError(
            _("There is no term “%(slug)s”, named as %(column)s.") % {"slug": missing[0][:80], "column": column}, column
        )
    return found


def _held(scheme: Scheme) -> dict[str, tuple[int, dict[str, str]]]:
    """(id, cells) of the scheme's concepts by slug, as a spreadsheet would show them: four queries."""
    labels: dict[int, list[LabelSpec]] = defaultdict(list)
    rows = Label.objects.filter(concept__scheme=scheme).values_list(
        "concept_id", "concept__title_language", "text", "language", "jurisdiction", "kind"
    )
    for pk, title_language, *values in rows:
        spec = LabelSpec(*values)
        if not is_main(spec, title_language):
            labels[pk].append(spec)
    links: dict[str, dict[int, list[str]]] = {"broader": defaultdict(list), "related": defaultdict(list)}
    for name, model in (("broader", BroaderLink), ("related", RelatedLink)):
        pairs: Any = model._default_manager.filter(concept__scheme=scheme)
        for pk, slug in pairs.values_list("concept_id", f"{name}__slug"):
            links[name][pk].append(slug)
    concepts = Concept.objects.filter(scheme=scheme, merged_into=None).select_related("replaced_by")
    return {
        concept.slug: (
            concept.pk,
            {
                **{name: getattr(concept, name) for name in ("slug", "title", "status", "source", *spreadsheet.TEXTS)},
                "order": str(concept.order),
                "broader": spreadsheet.slugs(links["broader"][concept.pk]),
                "related": spreadsheet.slugs(links["related"][concept.pk]),
                "labels": spreadsheet.labels(labels[concept.pk]),
                "replaced_by": concept.replaced_by.slug if concept.replaced_by else "",
            },
        )
        for concept in concepts.order_by("order", "title", "pk")
    }

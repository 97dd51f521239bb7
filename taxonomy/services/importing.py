"""Bringing a scheme to what files of SKOS say: planned and counted, then written in bulk, in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.text import render_markdown
from taxonomy import history
from taxonomy.models import Concept, Label, Membership, Notation, Note, Scheme, Status
from taxonomy.models import Mapping as MappingRow
from taxonomy.models.vocabulary import LabelKind
from taxonomy.rules import RESERVED_SLUGS
from taxonomy.services import version
from taxonomy.services.importing_links import Linking, find_targets
from taxonomy.services.importing_rows import (
    LABELS,
    MAPPINGS,
    MEMBERSHIPS,
    NOTATIONS,
    NOTES,
    ROWS_AT_ONCE,
    TABLES,
    Difference,
    Row,
    Spoken,
)
from taxonomy.services.importing_schemes import outside_schemes, own_scheme
from taxonomy.skos import names
from taxonomy.skos.gathering import Gathered
from taxonomy.skos.report import Report
from taxonomy.skos.wanted import ENGLISH, LabelKey, Reader, Wanted, slug_for, title_of
from taxonomy.text import normalise

CONCEPTS_AT_ONCE = 1000
FIELDS = ("title", "title_language", "definition", "scope_note", "example", "source", "status", "order")
WRITTEN = [*FIELDS, "definition_html", "updated_at"]

Progress = Callable[[int], object]
HeldRows = Mapping[type[Any], dict[Row, int]]


@dataclass(slots=True)
class Options:
    """`status` is that of new concepts of which the files say none, `language` that of texts without a tag."""

    status: str = Status.DRAFT
    language: str = ""
    dry_run: bool = False


def import_thesaurus(
    slug: str,
    gathered: Gathered,
    report: Report,
    options: Options | None = None,
    progress: Progress = lambda done: None,
) -> Report:
    """Bring the scheme with `slug` to what was gathered; make it if there is none. A second time changes nothing.

    What the files are silent about (a language, notations, a concept) stays. Fills and returns `report`; writes
    nothing in a dry run. `progress` is told how many concepts are done.
    """
    options = options or Options()
    with transaction.atomic():
        version.lock()
        _Import(slug, gathered, report, options, progress).run()
        transaction.set_rollback(options.dry_run)
    return report


@dataclass(slots=True)
class Known:
    """What there is already: ids by address, everywhere and in the scheme, and statuses; kept right as we go."""

    ids: dict[str, int] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    statuses: dict[int, str] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)

    @classmethod
    def before(cls, scheme: Scheme) -> "Known":
        known = cls(slugs=set(RESERVED_SLUGS))
        for pk, slug, uri, scheme_id, status in Concept.objects.values_list("pk", "slug", "uri", "scheme_id", "status"):
            address = uri or names.own_uri(slug)
            known.ids[address] = pk
            known.slugs.add(slug)
            known.statuses[pk] = status
            if scheme_id == scheme.pk:
                known.own[address] = pk
        return known

    def add(self, address: str, concept: Concept) -> None:
        self.ids[address] = self.own[address] = concept.pk
        self.statuses[concept.pk] = concept.status


class _Import:
    """One run. Concepts that a dry run would add have ids below zero, as stand-ins."""

    def __init__(self, slug: str, gathered: Gathered, report: Report, options: Options, progress: Progress) -> None:
        self.gathered, self.report, self.options, self.progress = gathered, report, options, progress
        self.reader = Reader(gathered, report, options.language)
        report.triples = gathered.triples
        self.scheme = own_scheme(slug, gathered, report, dry_run=options.dry_run)
        self.outside = outside_schemes(self.scheme, gathered, report, dry_run=options.dry_run)
        self.known = Known.before(self.scheme)
        self.mine: dict[str, int] = {}
        self.before = {} if options.dry_run else history.states(self.known.own.values())
        self.touched: set[int] = set()
        self.created: set[int] = set()
        self.preferred: dict[tuple[str, str, str], str] = {}
        self.stand_in = 0

    def run(self) -> None:
        uris = [uri for uri in self.gathered.concepts(self.report) if self._is_ours_to_change(uri)]
        self.known.slugs.update(names.slug_of(uri) for uri in uris)
        self.spoken = Spoken.of(self.reader, uris)
        self._read_preferred(set(uris))
        for some in _chunks(uris, CONCEPTS_AT_ONCE):
            self._put(some)
            self.progress(len(some))
        self.gathered.note_left_out(self.report)
        linking = Linking(
            self.gathered,
            self.report,
            self.mine,
            self.known.own,
            self.known.ids,
            self.scheme.pk or 0,
            self.options.dry_run,
        )
        linked = linking.put_broader() | linking.put_related() | linking.put_replacements(self.known.statuses)
        self._finish(linked)

    def _finish(self, linked: set[int]) -> None:
        """Count, and let everybody know."""
        mine = set(self.mine.values())
        touched = self.touched | linked
        self.report.added = len(self.created)
        self.report.changed = len((touched & mine) - self.created)
        self.report.unchanged = len(mine) - self.report.added - self.report.changed
        self.report.untouched = len(self.known.own) - len(mine)
        if self.options.dry_run:
            return
        touched |= find_targets()
        later = sorted(linked - self.touched)
        for start in range(0, len(later), ROWS_AT_ONCE):
            Concept.objects.filter(pk__in=later[start : start + ROWS_AT_ONCE]).update(updated_at=timezone.now())
        history.record_many(self.created | (touched & self.before.keys()), self.before)
        if touched or self.report.writes:
            version.announce(touched)

    def _is_ours_to_change(self, uri: str) -> bool:
        """Whether the concept is new or in this scheme, and the file does not put it into another one of ours."""
        if uri in self.known.ids and uri not in self.known.own:
            self.report.odd(_("Concepts that are in another scheme of ours are left out"), uri)
            return False
        if uri not in self.known.ids and names.slug_of(uri) in self.known.slugs:
            self.report.odd(_("Concepts at the address of a page that shows an imported concept are left out"), uri)
            return False
        schemes = [str(value) for value in self.gathered.nodes[uri].get("inScheme", ())]
        ours = [found for found in schemes if found.startswith(names.scheme_uri(""))]
        if ours and names.scheme_uri(self.scheme.slug) not in ours:
            self.report.odd(_("Concepts that the files put into another scheme of ours are left out"), uri)
            return False
        return True

    def _read_preferred(self, mine: set[str]) -> None:
        """The preferred labels of the scheme's living concepts that the files do not speak of."""
        others = {pk: uri for uri, pk in self.known.own.items() if uri not in mine}
        rows = Label.objects.filter(kind=LabelKind.PREF, concept__scheme_id=self.scheme.pk)
        for pk, *place in rows.values_list("concept_id", "normalised", "language", "jurisdiction"):
            if pk in others and self.known.statuses[pk] != Status.DEPRECATED:
                self.preferred[tuple(place)] = others[pk]  # type: ignore[index]

    def _put(self, uris: list[str]) -> None:
        """Bring some concepts to the files: what they are themselves, then the rows below them."""
        pks = [self.known.own[uri] for uri in uris if uri in self.known.own]
        concepts = Concept.objects.in_bulk(pks)
        held = {table.model: table.held(pks) for table in TABLES}
        difference = Difference()
        fresh: list[tuple[str, Concept]] = []
        changed: list[tuple[str, Concept]] = []
        for uri in uris:
            is_new = uri not in self.known.own
            concept = self._new(uri) if is_new else concepts[self.known.own[uri]]
            rows = {model: found.get(concept.pk, {}) for model, found in held.items()}
            is_changed = self._put_concept(concept, self.reader.concept(uri), rows, difference)
            if is_new:
                fresh.append((uri, concept))
            elif is_changed or concept.pk in difference.touched:
                concept.updated_at = timezone.now()
                changed.append((uri, concept))
        difference.count(self.report)
        self._write(fresh, changed, difference)
        self.mine.update((uri, self.known.own[uri]) for uri in uris)

    def _new(self, uri: str) -> Concept:
        slug = names.slug_of(uri)
        self.stand_in -= 1
        return Concept(pk=self.stand_in, scheme=self.scheme, slug=slug, uri=None if slug else uri, status="")

    def _put_concept(self, concept: Concept, wanted: Wanted, held: HeldRows, difference: Difference) -> bool:
        """Give `concept` its own fields, and note what its rows are to become. Whether a field is another one now."""
        pk = concept.pk
        labels: dict[LabelKey, str] = {
            (str(text), str(language), str(place)): str(kind)
            for text, language, place, kind in held[Label]
            if language not in self.spoken.labels
        }
        labels.update(wanted.labels)
        notations: set[Row] = set(wanted.notations if self.spoken.notations else held[Notation])
        before = [getattr(concept, name) for name in FIELDS]
        codes = {(str(code), str(datatype)) for code, datatype in notations}
        concept.title, concept.title_language = title_of(
            wanted.uri, labels, codes, (concept.title, concept.title_language)
        )
        notes = self._put_texts(concept, wanted)
        notes += [row for row in held[Note] if row[1] not in self.spoken.notes]
        self._put_state(concept, wanted)
        if concept.status != Status.DEPRECATED:
            self._check_preferred(concept, wanted.uri, labels, is_new=pk < 0)
        difference.compare(LABELS, pk, held[Label], [(*key, kind) for key, kind in labels.items()])
        difference.compare(NOTES, pk, held[Note], notes)
        difference.compare(NOTATIONS, pk, held[Notation], notations)
        mappings: Iterable[Row] = wanted.mappings if self.spoken.mappings else held[MappingRow]
        difference.compare(MAPPINGS, pk, held[MappingRow], sorted(mappings))
        difference.compare(MEMBERSHIPS, pk, held[Membership], self._memberships(wanted, held))
        return before != [getattr(concept, name) for name in FIELDS]

    def _put_texts(self, concept: Concept, wanted: Wanted) -> list[Row]:
        """The concept's own three texts are English ones; returns the notes that are left for rows of their own."""
        notes = dict(wanted.notes)
        if ENGLISH in self.spoken.notes:
            before = concept.definition
            for kind, name in names.OWN_TEXTS.items():
                found = [text for found_kind, language, text in notes if (found_kind, language) == (kind, ENGLISH)]
                held = getattr(concept, name)
                chosen = held if held in found else next(iter(found), "")
                setattr(concept, name, chosen)
                notes.pop((kind, ENGLISH, chosen), None)
            if concept.definition != before:
                concept.definition_html = render_markdown(concept.definition)
        return list(notes)

    def _put_state(self, concept: Concept, wanted: Wanted) -> None:
        concept.status = wanted.status or concept.status or self.options.status
        if wanted.source is not None:
            concept.source = wanted.source
        if wanted.order is not None:
            concept.order = wanted.order

    def _check_preferred(self, concept: Concept, uri: str, labels: dict[LabelKey, str], *, is_new: bool) -> None:
        """Report preferred labels that another living concept of the scheme has; a new one of these is not agreed on.

        They are kept: SKOS allows them, and a thesaurus is not ours to correct. The next edit by hand must settle it.
        """
        for (text, language, place), kind in labels.items():
            if kind != LabelKind.PREF:
                continue
            other = self.preferred.setdefault((normalise(text), language, place), uri)
            if other == uri:
                continue
            self.report.odd(
                _("Preferred labels that another concept of the scheme has too are kept, and must be settled by hand"),
                f"“{text}” {language}: {uri} and {other}",
            )
            if is_new and concept.status == Status.AGREED:
                concept.status = Status.PROPOSED
                self.report.odd(_("New concepts with such a label are proposed instead of agreed"), uri)

    def _memberships(self, wanted: Wanted, held: HeldRows) -> list[Row]:
        if not self.spoken.memberships:
            return list(held[Membership])
        return sorted((self.outside[uri], top) for uri, top in wanted.memberships.items() if uri in self.outside)

    def _write(
        self, fresh: list[tuple[str, Concept]], changed: list[tuple[str, Concept]], difference: Difference
    ) -> None:
        """Write some concepts and what is below them, or in a dry run remember the stand-ins only."""
        stand_ins = [concept.pk for _uri, concept in fresh]
        for uri, concept in fresh:
            concept.slug = concept.slug or slug_for(uri, concept.title, self.scheme.slug, self.known.slugs)
            self.known.slugs.add(concept.slug)
        if not self.options.dry_run:
            for _uri, concept in fresh:
                concept.pk = None
            Concept.objects.bulk_create([concept for _uri, concept in fresh], batch_size=ROWS_AT_ONCE)
            Concept.objects.bulk_create(
                [concept for _uri, concept in changed],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=WRITTEN,
                batch_size=ROWS_AT_ONCE,
            )
        ids = {stand_in: concept.pk for stand_in, (_uri, concept) in zip(stand_ins, fresh, strict=True)}
        if not self.options.dry_run:
            difference.write(ids)
        for uri, concept in (*fresh, *changed):
            self.known.add(uri, concept)
            self.touched.add(concept.pk)
        self.created.update(ids.values())


def _chunks(uris: list[str], size: int) -> Iterator[list[str]]:
    waiting = iter(uris)
    while some := list(islice(waiting, size)):
        yield some

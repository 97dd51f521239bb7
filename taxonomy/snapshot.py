"""What a process keeps of the vocabulary in memory, and knows to be current by one cheap query."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Q

from taxonomy import synonyms
from taxonomy.listing import Entry, all_entries
from taxonomy.models import Concept, Label, Status
from taxonomy.models.vocabulary import LabelKind

MOST_KEPT = 300
Kept = TypeVar("Kept")


class ConceptRow(NamedTuple):
    """What is kept of each concept; `replaced_by` is an id."""

    pk: int
    status: str
    replaced_by: int | None
    title: str
    slug: str
    definition_html: str


class Snapshot:
    """The vocabulary as it stood at one version. Each part is loaded when it is first asked for."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._parts: dict[str, Any] = {}

    def keep(self, key: str, make: Callable[[], Kept]) -> Kept:
        """Something that depends on the vocabulary and `key` only: made once, the oldest forgotten first.

        None is not kept, so that addresses made up by robots push nothing real out.
        """
        found: Kept | None = self._kept.get(key)
        if found is None:
            made = make()
            if made is None:
                return made
            found = self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def part(self, key: str, make: Callable[[], Kept]) -> Kept:
        """Something of this version that is made once and stays as long as the snapshot: keys must be few."""
        if key not in self._parts:
            self._parts[key] = make()
        found: Kept = self._parts[key]
        return found

    @cached_property
    def concepts(self) -> Mapping[int, ConceptRow]:
        """Every concept by its id: one query."""
        names = ConceptRow._fields[1:]
        return {row[0]: ConceptRow(*row) for row in Concept.objects.values_list("pk", *names)}

    @cached_property
    def leads_to(self) -> Mapping[int, int]:
        """The agreed concept for the id of each concept that is agreed itself or leads to one: that query at most."""
        replacements = {pk: row.replaced_by for pk, row in self.concepts.items()}
        ends = {pk: _followed(pk, replacements) for pk in replacements}
        return {pk: end for pk, end in ends.items() if self.concepts[end].status == Status.AGREED}

    def labels_in(self, language: str) -> list[tuple[str, str, int]]:
        """(text, normalised, id of the agreed concept that it leads to) of all labels in `language`: one query.

        A region's labels belong to its language. Labels of agreed concepts come first, preferred ones before others.
        """
        rows = (
            Label.objects.filter(Q(language__iexact=language) | Q(language__istartswith=f"{language}-"))
            .order_by("concept_id", "pk")
            .values_list("text", "normalised", "kind", "concept_id")
        )
        found = [
            (self.leads_to[pk] != pk, kind != LabelKind.PREF, text, normalised, self.leads_to[pk])
            for text, normalised, kind, pk in rows
            if pk in self.leads_to
        ]
        return [row[2:] for row in sorted(found, key=lambda row: row[:2])]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every line of the glossary from A to Z: two queries."""
        return all_entries()

    @cached_property
    def synonyms(self) -> tuple[synonyms.Index, int]:
        """Agreed concepts by each of their normalised labels, and the words of the longest label: two queries."""
        return synonyms.load()


def _followed(pk: int, replacements: Mapping[int, int | None]) -> int:
    """The end of the chain of replacements that begins with `pk`; a circle ends where it closes."""
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        pk = replacements.get(pk) or pk
    return pk


_held: Snapshot | None = None


def version_token() -> str:
    """The token of the vocabulary's current version: one query on a one-row table; "" when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM taxonomy_vocabularyversion WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def current() -> Snapshot:
    """The snapshot of the current version: one query, and what is used of it once in each process and version.

    Readers in other threads may build the same snapshot twice; the last one stays.
    """
    global _held
    token = version_token()
    if _held is None or not token or _held.token != token:
        _held = Snapshot(token)
    return _held

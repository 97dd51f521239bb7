"""What a process keeps of the vocabulary in memory, and knows to be current by one cheap query."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Q

from taxonomy.listing import Entry, all_entries
from taxonomy.models import Concept, Label, Status
from taxonomy.models.vocabulary import LabelKind

MOST_KEPT = 300
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """The words of one agreed concept: `texts` may be shown, preferred ones first."""

    concept_id: int
    texts: tuple[str, ...]


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
    def leads_to(self) -> Mapping[int, int]:
        """The agreed concept for the id of each concept that is agreed itself or leads to one: one query."""
        rows = list(Concept.objects.values_list("pk", "status", "replaced_by"))
        replacements = {pk: other for pk, _status, other in rows}
        agreed = {pk for pk, status, _other in rows if status == Status.AGREED}
        return {pk: end for pk in replacements if (end := _followed(pk, replacements)) in agreed}

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
    def synonyms(self) -> tuple[Mapping[str, tuple[SynonymGroup, ...]], int]:
        """Agreed concepts by each of their normalised labels, and the words of the longest label: one query."""
        rows = (
            Label.objects.filter(concept__status=Status.AGREED)
            .order_by("concept_id", "kind", "pk")
            .values_list("concept_id", "text", "normalised", "kind")
        )
        shown: dict[int, dict[str, str]] = defaultdict(dict)
        found_by: dict[str, dict[int, None]] = defaultdict(dict)
        # "pref" comes after "alt" and "hidden" in the alphabet, so preferred labels are put first by hand.
        ordered = sorted(rows, key=lambda row: (row[0], row[3] != LabelKind.PREF))
        for concept_id, text, normalised, kind in ordered:
            found_by[normalised][concept_id] = None
            if kind != LabelKind.HIDDEN:
                shown[concept_id].setdefault(normalised, text)
        groups = {pk: SynonymGroup(pk, tuple(texts.values())) for pk, texts in shown.items()}
        index = {words: tuple(groups[pk] for pk in pks if pk in groups) for words, pks in found_by.items()}
        return index, max((words.count(" ") + 1 for words in index), default=0)


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

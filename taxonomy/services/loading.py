"""Loading whole schemes from plain data (the glossary files of `portal/demo/content/`), as often as one likes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from taxonomy import closure, history, rules
from taxonomy.models import BroaderLink, Concept, Label, RelatedLink, Scheme
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import schemes, version
from taxonomy.services.concepts import apply

Entry = Mapping[str, Any]
Pairs = set[tuple[int, int]]
TEXT_KEYS = ("definition", "scope_note", "example", "source")
KEYS = {"slug", "pref", "status", "broader", "related", "labels", "order", *TEXT_KEYS}
SCHEME_KEYS = {
    "slug": "slug", "title": "title", "description": "description", "facet": "is_facet", "ordered": "is_ordered",
    "order": "order", "status": "status",
}  # fmt: skip


@dataclass
class Loaded:
    """What a load did, in concepts. `missing` holds (slug, slug not found) of links that had to be left out."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: list[tuple[str, str]] = field(default_factory=list)


def upsert_scheme(**entry: Any) -> tuple[Scheme, bool]:
    """The scheme with the slug of `entry` (keys as in schemes.yaml), made or changed to agree, and whether it changed.

    Raises VocabularyError for keys that a scheme has not.
    """
    unknown = entry.keys() - SCHEME_KEYS
    if unknown:
        raise VocabularyError(f"A scheme has no {', '.join(sorted(unknown))}.", "slug")
    values = {SCHEME_KEYS[key]: value for key, value in entry.items()}
    values["description"] = str(values.get("description", "")).strip()
    scheme = Scheme.objects.filter(slug=values.get("slug", "")).first()
    if scheme is None:
        return schemes.create_scheme(**values), True
    return scheme, schemes.update_scheme(scheme, **values)


def upsert_concepts(scheme: Scheme, entries: Sequence[Entry]) -> Loaded:
    """Bring the concepts of one scheme to `entries` (dicts as in glossary/<scheme>.yaml).

    Concepts not among the entries stay. A second run changes nothing. Relations to concepts of schemes that are not
    loaded yet are left out and reported; `upsert_vocabulary` loads all schemes at once and leaves nothing out.
    """
    return _load({scheme: entries}, is_whole=False)


def upsert_vocabulary(scheme_entries: Iterable[Entry], entries: Mapping[str, Sequence[Entry]]) -> Loaded:
    """Bring all schemes and then all their concepts (by scheme slug) to the given data, in one transaction.

    Raises VocabularyError, and writes nothing, when data break a rule or name a concept that nowhere exists.
    """
    with transaction.atomic():
        known = {scheme.slug: scheme for scheme, _changed in (upsert_scheme(**entry) for entry in scheme_entries)}
        unknown = entries.keys() - known.keys()
        if unknown:
            raise VocabularyError(f"There is no scheme {', '.join(sorted(unknown))}.", "scheme")
        return _load({known[slug]: found for slug, found in entries.items()}, is_whole=True)


@transaction.atomic
def _load(entries: Mapping[Scheme, Sequence[Entry]], *, is_whole: bool) -> Loaded:
    version.lock()
    loaded = Loaded()
    created: set[int] = set()
    touched: set[int] = set()
    batch: dict[str, Entry] = {}
    held = _held_labels()
    concepts = {concept.slug: concept for concept in Concept.objects.select_related("scheme")}
    before = history.states(concepts[slug].pk for slug in _named_in(entries) & concepts.keys())
    for scheme, found in entries.items():
        for order, entry in enumerate(found):
            slug = _checked(entry, batch)
            concept = concepts.get(slug)
            if concept is not None and concept.merged_into_id is not None:
                # A file from before the merge does not take it back.
                continue
            batch[slug] = entry
            values = _values(scheme, entry, order)
            if concept is None:
                concept = concepts[slug] = Concept(slug=slug)
                touched |= _named(slug, concept, values)
                created.add(concept.pk)
            elif _differs(concept, values, held.get(concept.pk, set())):
                touched |= _named(slug, concept, values)
    touched |= _link(
        batch,
        {slug: concept.merged_into_id or concept.pk for slug, concept in concepts.items()},
        loaded,
        is_whole=is_whole,
    )
    if touched:
        history.record_many(created | (touched & before.keys()), before)
        version.announce(touched)
    mine = {concepts[slug].pk for slug in batch}
    loaded.created = len(created)
    loaded.changed = len((touched & mine) - created)
    loaded.unchanged = len(mine) - loaded.created - loaded.changed
    return loaded


def _named_in(entries: Mapping[Scheme, Sequence[Entry]]) -> set[str]:
    """The slugs of the concepts that a load may change: its own, and those at the other side of their relations."""
    every = [entry for found in entries.values() for entry in found]
    return {str(entry.get("slug", "")) for entry in every} | {
        str(other) for entry in every for other in entry.get("related") or ()
    }


def _named(slug: str, concept: Concept, values: dict[str, Any]) -> set[int]:
    """Write, and let a refusal say which entry it is about."""
    try:
        return apply(concept, values)
    except VocabularyError as error:
        raise VocabularyError(f"{slug}: {error.messages[0]}", error.field) from error


def _checked(entry: Entry, batch: Mapping[str, Entry]) -> str:
    slug = str(entry.get("slug", ""))
    missing = [key for key in ("slug", "pref") if not entry.get(key)]
    if missing:
        raise VocabularyError(
            f"An entry ({slug or 'the first without a slug'}) has no {' and no '.join(missing)}.", "slug"
        )
    unknown = entry.keys() - KEYS
    if unknown:
        raise VocabularyError(f"{slug}: an entry has no {', '.join(sorted(unknown))}.", "slug")
    if slug in batch:
        raise VocabularyError(f"{slug}: this slug is given twice.", "slug")
    return slug


def _values(scheme: Scheme, entry: Entry, order: int) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "title": str(entry["pref"]),
        "status": entry.get("status", "draft"),
        "order": entry.get("order", order),
        "labels": [
            LabelSpec(
                str(label["text"]),
                str(label.get("lang", "en")),
                str(label.get("jurisdiction", "")),
                str(label.get("kind", "alt")),
            )
            for label in entry.get("labels") or ()
        ],
        **{key: str(entry.get(key) or "") for key in TEXT_KEYS},
    }


def _held_labels() -> dict[int, set[LabelSpec]]:
    held: dict[int, set[LabelSpec]] = {}
    for pk, *spec in Label.objects.values_list("concept_id", "text", "language", "jurisdiction", "kind"):
        held.setdefault(pk, set()).add(LabelSpec(*spec))
    return held


def _differs(concept: Concept, values: dict[str, Any], held: set[LabelSpec]) -> bool:
    """Whether writing would change anything: spares an unchanged concept its queries."""
    if set(rules.tidy_labels(values["title"], values["labels"], concept.title_language)) != held:
        return True
    return any(getattr(concept, name) != _stored(value) for name, value in values.items() if name != "labels")


def _stored(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _link(batch: Mapping[str, Entry], ids: Mapping[str, int], loaded: Loaded, *, is_whole: bool) -> set[int]:
    """Bring the links of the batch's concepts to their entries. Links to concepts outside the batch are only added."""
    above: Pairs = set()
    beside: Pairs = set()
    for slug, entry in batch.items():
        for key, pairs in (("broader", above), ("related", beside)):
            for other in entry.get(key) or ():
                if other in ids:
                    pairs.add((ids[slug], ids[other]))
                elif is_whole or key == "broader":
                    raise VocabularyError(f"{slug}: there is no concept {other}, named as {key}.", key)
                else:
                    loaded.missing.append((slug, other))
    mine = {ids[slug] for slug in batch}
    return _put_above(above, mine) | _put_beside(beside | {(b, a) for a, b in beside}, mine)


def _put_above(wanted: Pairs, mine: set[int]) -> set[int]:
    every = set(BroaderLink.objects.values_list("concept_id", "broader_id"))
    held = {pair for pair in every if pair[0] in mine}
    if wanted == held:
        return set()
    concepts = Concept.objects.in_bulk({pk for pair in wanted for pk in pair})
    broader: dict[int, list[int]] = {}
    for concept_id, broader_id in (every - held) | wanted:
        broader.setdefault(concept_id, []).append(broader_id)
    for concept_id, broader_id in wanted:
        if concept_id == broader_id or concepts[concept_id].scheme_id != concepts[broader_id].scheme_id:
            rules.check_broader(concepts[concept_id], [concepts[broader_id]])
    rules.check_no_cycle(broader, dict(Concept.objects.values_list("pk", "title")))
    for concept_id, broader_id in held - wanted:
        BroaderLink.objects.filter(concept_id=concept_id, broader_id=broader_id).delete()
    BroaderLink.objects.bulk_create(BroaderLink(concept_id=a, broader_id=b) for a, b in sorted(wanted - held))
    return {concept_id for concept_id, _above in wanted ^ held} | closure.refresh_all()


def _put_beside(wanted: Pairs, mine: set[int]) -> set[int]:
    for one, other in wanted:
        if one == other:
            concept = Concept.objects.get(pk=one)
            rules.check_related(concept, [concept])
    every = set(RelatedLink.objects.values_list("concept_id", "related_id"))
    stale = {pair for pair in every if mine.issuperset(pair)} - wanted
    fresh = wanted - every
    for one, other in stale:
        RelatedLink.objects.filter(concept_id=one, related_id=other).delete()
    RelatedLink.objects.bulk_create(RelatedLink(concept_id=a, related_id=b) for a, b in sorted(fresh))
    return {pk for pair in stale | fresh for pk in pair}

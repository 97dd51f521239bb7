"""Writes of what a concept has for other vocabularies: notes, codes, mappings. For `services.concepts`."""

from collections.abc import Callable, Iterable
from typing import Any

from taxonomy import rules_outside
from taxonomy.models import Concept, Mapping, Notation, Note
from taxonomy.rules_outside import Row
from taxonomy.skos import names

# How each is tidied, its table and columns.
KINDS: dict[str, tuple[Callable[[Concept, Iterable[Row]], list[Row]], type[Any], tuple[str, ...]]] = {
    "notes": (rules_outside.tidy_notes, Note, ("kind", "language", "text")),
    "notations": (rules_outside.tidy_notations, Notation, ("text", "datatype")),
    "mappings": (rules_outside.tidy_mappings, Mapping, ("kind", "uri")),
}


def put(concept: Concept, values: dict[str, Any]) -> bool:
    """Bring the rows of each of `KINDS` that `values` name to what it wants. False when they are so already.

    Raises VocabularyError when a rule is broken.
    """
    # All of them, whether or not an earlier one changed something.
    changed = [_put(concept, name, values[name]) for name in KINDS if name in values]
    return any(changed)


def _put(concept: Concept, name: str, rows: Iterable[Row]) -> bool:
    tidy, model, columns = KINDS[name]
    wanted = tidy(concept, rows)
    held = [(pk, tuple(row)) for pk, *row in model.objects.filter(concept=concept).values_list("pk", *columns)]
    stale = [pk for pk, row in held if row not in wanted]
    present = {row for _pk, row in held}
    fresh: list[dict[str, Any]] = [dict(zip(columns, row, strict=True)) for row in wanted if row not in present]
    if stale:
        model.objects.filter(pk__in=stale).delete()
    if name == "mappings":
        fresh = [{**row, "target_id": _own(row["uri"])} for row in fresh]
    model.objects.bulk_create(model(concept=concept, **row) for row in fresh)
    return bool(stale or fresh)


def _own(uri: str) -> int | None:
    """The id of the concept of this portal that has this address."""
    slug = names.slug_of(uri)
    found = Concept.objects.filter(uri=uri).first() or (Concept.objects.filter(slug=slug).first() if slug else None)
    return found.pk if found else None

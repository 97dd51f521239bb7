"""What the concept chooser offers: concepts by any of their labels, the tree level by level, and those that a text
names. Each read costs the same however large the vocabulary is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.core.text import plain_text
from taxonomy.listing import shortened
from taxonomy.matching import matcher
from taxonomy.models import BroaderLink, Concept, Label, Status
from taxonomy.text import normalise

MOST_FOUND = 20
MOST_OF_A_LEVEL = 300
MOST_SUGGESTED = 12
MOST_WORDS = 12
MOST_LABELS = 400
LONGEST_TEXT = 60_000
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """A concept as it is offered. `found_by` is the label that matched, where that is not the title."""

    pk: int
    title: str
    scheme: str
    status: str
    definition: str
    broader: tuple[str, ...]
    has_narrower: bool
    found_by: str = ""


def offered(schemes: Sequence[str] = ()) -> "QuerySet[Concept, Concept]":
    """What may be chosen: everything in use, of the schemes with these slugs (none is all)."""
    found = Concept.objects.exclude(status=Status.DEPRECATED)
    return found.filter(scheme__slug__in=schemes) if schemes else found


def search(text: str, schemes: Sequence[str] = ()) -> list[Choice]:
    """The concepts in one of whose labels each word of `text` begins a word, the nearest first: three queries."""
    words = normalise(text).split()[:MOST_WORDS]
    if not words:
        return []
    labels = Label.objects.exclude(concept__status=Status.DEPRECATED)
    if schemes:
        labels = labels.filter(concept__scheme__slug__in=schemes)
    for word in words:
        labels = labels.filter(Q(normalised__startswith=word) | Q(normalised__contains=f" {word}"))
    rows = labels.values_list("concept_id", "text", "normalised", "kind")
    whole = " ".join(words)
    # The whole label first, even where so many begin with it that not all can be looked at.
    near = [*rows.filter(normalised=whole)[:MOST_LABELS], *rows.order_by("normalised")[:MOST_LABELS]]
    best: dict[int, str] = {}
    for pk, found_by, _normalised, _kind in sorted(near, key=lambda row: _distance(row, whole)):
        best.setdefault(pk, found_by)
    return choices(list(best)[:MOST_FOUND], best)


def _distance(row: tuple[int, str, str, str], whole: str) -> tuple[Any, ...]:
    _pk, _text, normalised, kind = row
    return normalised != whole, not normalised.startswith(whole), len(normalised), kind != "pref", normalised


def level(schemes: Sequence[str], below: int | None) -> list[Choice]:
    """The top concepts of the schemes, or those directly below a concept, by scheme, order and title: two queries.

    At most `MOST_OF_A_LEVEL`: who wants another searches for it.
    """
    found = offered(schemes)
    if below is None:
        found = found.exclude(Exists(BroaderLink.objects.filter(concept=OuterRef("pk"))))
    else:
        found = found.filter(broader_links__broader=below)
    return _as_choices(found.order_by("scheme__order", "order", "title")[:MOST_OF_A_LEVEL], {})


def suggest(texts: Iterable[str], schemes: Sequence[str] = (), language: str = "en") -> list[Choice]:
    """The concepts that `texts` name, the most often named first: three queries. Markup is read as text."""
    whole = plain_text(" \n\n".join(texts)[:LONGEST_TEXT])
    named = Counter(pk for mention in matcher(language).find(whole) for pk in mention.concept_ids)
    wanted = set(offered(schemes).filter(pk__in=list(named)[:500]).values_list("pk", flat=True)) if named else set()
    return choices([pk for pk, _number in named.most_common() if pk in wanted][:MOST_SUGGESTED])


def choices(pks: Sequence[int], found_by: dict[int, str] | None = None) -> list[Choice]:
    """The concepts with these ids, in the order given: two queries. Deprecated ones are among them."""
    made = {choice.pk: choice for choice in _as_choices(Concept.objects.filter(pk__in=pks), found_by or {})}
    return [made[pk] for pk in pks if pk in made]


def _as_choices(concepts: "QuerySet[Concept, Concept]", found_by: dict[int, str]) -> list[Choice]:
    narrower = BroaderLink.objects.filter(broader=OuterRef("pk")).exclude(concept__status=Status.DEPRECATED)
    rows = list(concepts.select_related("scheme").annotate(has_narrower=Exists(narrower)))
    broader: dict[int, list[str]] = defaultdict(list)
    links = BroaderLink.objects.filter(concept__in=[row.pk for row in rows]).order_by("broader__title")
    for pk, title in links.values_list("concept_id", "broader__title"):
        broader[pk].append(title)
    return [
        Choice(
            row.pk,
            row.title,
            row.scheme.title,
            row.status,
            shortened(plain_text(row.definition_html)),
            tuple(broader[row.pk]),
            row.has_narrower,
            "" if found_by.get(row.pk, row.title) == row.title else found_by[row.pk],
        )
        for row in rows
    ]


def by_name(names: Sequence[str], schemes: Sequence[str] = ()) -> dict[str, list[tuple[int, str, str]]]:
    """By each of `names` the (id, title, scheme) of the concepts that go by it or have it as slug: two queries.

    Where a name is somebody's preferred label, those that merely share it are left out.
    """
    words = {name: normalise(name) for name in names}
    labels = Label.objects.filter(normalised__in=set(words.values()), concept__in=offered(schemes))
    rows = list(labels.values_list("normalised", "kind", "concept_id", "concept__title", "concept__scheme__title"))
    slugs = {row[1]: row for row in offered(schemes).filter(slug__in=names).values_list(
        "pk", "slug", "title", "scheme__title")}  # fmt: skip
    found: dict[str, list[tuple[int, str, str]]] = {}
    for name, normalised in words.items():
        same = [row for row in rows if row[0] == normalised]
        preferred = [row for row in same if row[1] == "pref"]
        held = dict.fromkeys((row[2], row[3], row[4]) for row in preferred or same)
        if not held and name in slugs:
            pk, _slug, title, scheme = slugs[name]
            held = {(pk, title, scheme): None}
        found[name] = sorted(held, key=lambda row: row[1:])
    return found

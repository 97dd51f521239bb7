"""From a room's thing to rows: planned purely, then written. The same plan tells a drift check what is wrong."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.core.pagecache import bump
from portal.search import vocabulary
from portal.search.contract import Kind, SearchRecord
from portal.search.models import NO_DATE, SearchEntry, SearchFacet, SearchTombstone
from portal.search.words import clean
from taxonomy.text import normalise

AT_ONCE = 200
MOST_USEFUL = 1000
# Characters. A longer text is found by its first quarter of a million; who wrote more meant several things.
MOST_BODY = 250_000
FacetKey = tuple[str, str, int | None]  # facet, value, concept id

FIELDS = (
    "title", "sort_title", "summary", "body", "url", "label", "language", "evidence", "concepts", "audience",
    "published_at", "updated_at", "dated", "passages", "usefulness", "review_by", "content_hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it should be, with its facets."""

    entry: SearchEntry
    facets: frozenset[FacetKey]


@dataclass(slots=True)
class Plan:
    """What differs between the rooms' things and the rows: entries to write, and keys to take out."""

    write: list[Recorded] = field(default_factory=list)
    evict: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.write or self.evict)


def plan(kind: Kind, pks: Sequence[int]) -> Plan:
    """Read the things of `kind` with `pks` again and compare: the room's own queries and three more, however many."""
    records = [record for thing in kind.queryset().filter(pk__in=pks) if (record := kind.to_record(thing)) is not None]
    known = {
        key: (version, content_hash)
        for key, version, content_hash in SearchEntry.objects.filter(kind=kind.name, object_pk__in=pks).values_list(
            "key", "version", "content_hash"
        )
    }
    fresh = [record.key for record in records if record.key not in known]
    buried = dict(SearchTombstone.objects.filter(key__in=fresh).values_list("key", "version")) if fresh else {}
    found = Plan(evict=sorted(known.keys() - {record.key for record in records}))
    for item in _recorded(records):
        version, content_hash = known.get(item.entry.key) or (buried.get(item.entry.key, 0), "")
        if content_hash != item.entry.content_hash:
            item.entry.version = version + 1
            found.write.append(item)
    return found


def execute(change: Plan) -> int:
    """Write what the plan says. Returns how many entries were written or taken out."""
    if not change:
        return 0
    evict(change.evict)
    SearchEntry.objects.bulk_create(
        [item.entry for item in change.write],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[*FIELDS, "version"],
        batch_size=AT_ONCE,
    )
    _write_facets(change.write)
    bump()
    return len(change.write) + len(change.evict)


def evict(keys: Iterable[str]) -> int:
    """Delete the entries with `keys`. Returns how many there were."""
    wanted = list(keys)
    if not wanted:
        return 0
    gone = list(SearchEntry.objects.filter(key__in=wanted).values_list("pk", "key", "version"))
    SearchTombstone.objects.bulk_create(
        [SearchTombstone(key=key, version=version + 1) for _pk, key, version in gone],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["version", "acknowledged_at"],
    )
    pks = [pk for pk, _key, _version in gone]
    SearchFacet.objects.filter(entry_id__in=pks).delete()
    SearchEntry.objects.filter(pk__in=pks).delete()
    return len(pks)


def _write_facets(items: list[Recorded]) -> None:
    ids = dict(SearchEntry.objects.filter(key__in=[item.entry.key for item in items]).values_list("key", "pk"))
    present: dict[int, set[FacetKey]] = {pk: set() for pk in ids.values()}
    for entry_id, *facet in SearchFacet.objects.filter(entry_id__in=present).values_list(
        "entry_id", "facet", "value", "concept_id"
    ):
        present[entry_id].add(tuple(facet))  # type: ignore[arg-type]
    stale = [ids[item.entry.key] for item in items if present[ids[item.entry.key]] - item.facets]
    SearchFacet.objects.filter(entry_id__in=stale).delete()
    for pk in stale:
        present[pk] = set()
    SearchFacet.objects.bulk_create(
        [
            SearchFacet(entry_id=ids[item.entry.key], facet=facet, value=value, concept_id=concept_id)
            for item in items
            for facet, value, concept_id in sorted(item.facets - present[ids[item.entry.key]], key=lambda key: key[:2])
        ],
        batch_size=AT_ONCE * 5,
    )


def _recorded(records: list[SearchRecord]) -> list[Recorded]:
    rows, above = vocabulary.facet_rows(pk for record in records for pk in record.concept_ids)
    return [_record(record, rows, above) for record in records]


def _record(record: SearchRecord, rows: dict[int, vocabulary.FacetRow], above: dict[int, set[int]]) -> Recorded:
    body, passages = _with_passages(record)
    values: dict[tuple[str, str], int | None] = {("kind", record.kind): None}
    values |= {(facet, clean(value)[:100]): None for facet, value in record.facets if value}
    with_ancestors = {pk for own in record.concept_ids for pk in (own, *above[own]) if pk in rows}
    values |= {(rows[pk].facet, rows[pk].value): pk for pk in with_ancestors}
    facets = {(facet, value, pk) for (facet, value), pk in values.items()}
    title = clean(record.title)[:300]
    entry = SearchEntry(
        key=record.key,
        kind=record.kind,
        object_pk=record.pk,
        title=title,
        sort_title=normalise(title)[:300],
        summary=clean(record.summary),
        body=body,
        url=record.url,
        label=clean(str(record.label))[:80],
        language=record.language,
        evidence=next((value for facet, value in record.facets if facet == "evidence"), ""),
        concepts=sorted(rows[pk].value for pk in record.concept_ids if pk in rows),
        audience_id=record.audience_id,
        published_at=record.published_at,
        updated_at=record.updated_at,
        dated=record.published_at or record.updated_at or NO_DATE,
        passages=passages,
        usefulness=min(max(record.usefulness, 0), MOST_USEFUL),
        review_by=record.review_by,
    )
    entry.content_hash = _digest(entry, facets)
    return Recorded(entry, frozenset(facets))


def _with_passages(record: SearchRecord) -> tuple[str, list[list[int | str]]]:
    """The body with the passages' text behind it, and where each begins. What does not fit in is left out."""
    body = clean(record.body)[:MOST_BODY]
    passages: list[list[int | str]] = []
    for passage in record.passages:
        text = clean(passage.text)
        start = len(body) + 1 if body else 0
        if not text or start >= MOST_BODY:
            continue
        body = f"{body} {text}"[:MOST_BODY] if body else text[:MOST_BODY]
        passages.append([start, passage.url, clean(passage.label)])
    return body, passages


def _digest(entry: SearchEntry, facets: set[FacetKey]) -> str:
    values = [
        getattr(entry, "audience_id" if name == "audience" else name) for name in FIELDS if name != "content_hash"
    ]
    content = repr((values, sorted((facet, value, pk or 0) for facet, value, pk in facets)))
    return hashlib.blake2b(content.encode(), digest_size=20).hexdigest()

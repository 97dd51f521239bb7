"""From a room's thing to rows: planned purely, then written. The same plan tells a drift check what is wrong."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.core.pagecache import bump
from portal.search import documents, vocabulary
from portal.search.contract import Kind, Passage, SearchRecord
from portal.search.models import NO_DATE, SearchAttachment, SearchEntry, SearchFacet, SearchTombstone
from portal.search.words import clean
from taxonomy.text import normalise

AT_ONCE = 200
MOST_USEFUL = 1000
MOST_TITLE = 300
# Characters. A longer text is found by its first quarter of a million; who wrote more meant several things.
MOST_BODY = 250_000
FacetKey = tuple[str, str, int | None]  # facet, value, concept id

FIELDS = (
    "title", "sort_title", "summary", "body", "url", "label", "source", "language", "evidence", "concepts", "audience",
    "published_at", "updated_at", "dated", "passages", "usefulness", "review_by", "content_hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it should be, with its facets and the ids of the documents that hang on it."""

    entry: SearchEntry
    facets: frozenset[FacetKey]
    documents: frozenset[int] = frozenset()


@dataclass(slots=True)
class Plan:
    """What differs between the rooms' things and the rows: entries to write, and keys to take out.

    `refresh` are entries of which only the usefulness differs, which hangs on what others do: no fault of anybody, and
    mended whenever the thing is recorded. `unread` are attached documents whose files nobody has read yet.
    """

    write: list[Recorded] = field(default_factory=list)
    evict: list[str] = field(default_factory=list)
    refresh: list[Recorded] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)

    @property
    def written(self) -> list[Recorded]:
        return [*self.write, *self.refresh]


def plan(kind: Kind, pks: Sequence[int]) -> Plan:
    """Read the things of `kind` with `pks` again and compare: the room's own queries and a few more, however many."""
    records = [record for thing in kind.queryset().filter(pk__in=pks) if (record := kind.to_record(thing)) is not None]
    return compared(kind.name, records, pks)


def compared(kind: str, records: Sequence[SearchRecord], pks: Sequence[int] = ()) -> Plan:
    """What differs between `records`, all of `kind`, and their rows; rows of `pks` that have no record are evicted."""
    wanted = {*pks, *(record.pk for record in records)}
    known = {
        key: (version, content_hash, usefulness)
        for key, version, content_hash, usefulness in SearchEntry.objects.filter(
            kind=kind, object_pk__in=wanted
        ).values_list("key", "version", "content_hash", "usefulness")
    }
    fresh = [record.key for record in records if record.key not in known]
    buried = dict(SearchTombstone.objects.filter(key__in=fresh).values_list("key", "version")) if fresh else {}
    library = documents.library(records)
    found = Plan(evict=sorted(known.keys() - {record.key for record in records}), unread=library.unread)
    for item in _recorded(records, library):
        version, content_hash, usefulness = known.get(item.entry.key) or (buried.get(item.entry.key, 0), "", 0)
        item.entry.version = version + 1
        if content_hash != item.entry.content_hash:
            found.write.append(item)
        elif usefulness != item.entry.usefulness:
            found.refresh.append(item)
    return found


def execute(change: Plan) -> int:
    """Write what the plan says. Returns how many entries were written or taken out, refreshed ones apart."""
    evict(change.evict)
    if change.written:
        _write(change.written)
    if change.written or change.evict:
        bump()
    return len(change.write) + len(change.evict)


def _write(items: list[Recorded]) -> None:
    SearchEntry.objects.bulk_create(
        [item.entry for item in items],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[*FIELDS, "version"],
        batch_size=AT_ONCE,
    )
    ids = dict(SearchEntry.objects.filter(key__in=[item.entry.key for item in items]).values_list("key", "pk"))
    _write_facets(items, ids)
    _write_attachments(items, ids)


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


def _write_attachments(items: list[Recorded], ids: dict[str, int]) -> None:
    wanted = {(ids[item.entry.key], pk) for item in items for pk in item.documents}
    standing = SearchAttachment.objects.filter(entry_id__in=ids.values())
    rows = {(entry_id, document_id): pk for pk, entry_id, document_id in standing.values_list(
        "pk", "entry_id", "document_id"
    )}  # fmt: skip
    SearchAttachment.objects.filter(pk__in=[pk for key, pk in rows.items() if key not in wanted]).delete()
    SearchAttachment.objects.bulk_create(
        [SearchAttachment(entry_id=entry_id, document_id=pk) for entry_id, pk in sorted(wanted - rows.keys())]
    )


def _write_facets(items: list[Recorded], ids: dict[str, int]) -> None:
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


def _recorded(records: Sequence[SearchRecord], library: documents.Library) -> list[Recorded]:
    rows, above = vocabulary.facet_rows(pk for record in records for pk in record.concept_ids)
    return [_record(record, rows, above, library) for record in records]


def _record(
    record: SearchRecord,
    rows: dict[int, vocabulary.FacetRow],
    above: dict[int, set[int]],
    library: documents.Library,
) -> Recorded:
    body, passages = _with_passages(*library.complete(record))
    values: dict[tuple[str, str], int | None] = {("kind", record.kind): None}
    values |= {(facet, clean(value)[:100]): None for facet, value in record.facets if value}
    with_ancestors = {pk for own in record.concept_ids for pk in (own, *above[own]) if pk in rows}
    values |= {(rows[pk].facet, rows[pk].value): pk for pk in with_ancestors}
    facets = {(facet, value, pk) for (facet, value), pk in values.items()}
    title = clean(record.title)[:MOST_TITLE]
    entry = SearchEntry(
        key=record.key,
        kind=record.kind,
        object_pk=record.pk,
        title=title,
        sort_title=normalise(title)[:MOST_TITLE],
        summary=clean(record.summary),
        body=body,
        url=record.url,
        label=clean(str(record.label))[:80],
        source=clean(record.source)[:200],
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
    entry.content_hash = _digest(entry, facets, record.document_ids)
    return Recorded(entry, frozenset(facets), frozenset(record.document_ids))


def _with_passages(text: str, parts: Sequence[Passage]) -> tuple[str, list[list[int | str]]]:
    """The body with the passages' text behind it, and where each begins. What does not fit in is left out."""
    body = clean(text)[:MOST_BODY]
    passages: list[list[int | str]] = []
    for passage in parts:
        text = clean(passage.text)
        start = len(body) + 1 if body else 0
        if not text or start >= MOST_BODY:
            continue
        body = f"{body} {text}"[:MOST_BODY] if body else text[:MOST_BODY]
        passages.append([start, passage.url, clean(passage.label)])
    return body, passages


def _digest(entry: SearchEntry, facets: set[FacetKey], document_ids: Sequence[int]) -> str:
    digested = (name for name in FIELDS if name not in {"content_hash", "usefulness"})
    values = [getattr(entry, "audience_id" if name == "audience" else name) for name in digested]
    content = repr((values, sorted((facet, value, pk or 0) for facet, value, pk in facets), sorted(document_ids)))
    return hashlib.blake2b(content.encode(), digest_size=20).hexdigest()

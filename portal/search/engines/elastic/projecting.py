"""From rows to what Elasticsearch is sent. The entry is read before its facets: a change between leaves it waiting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk, streaming_bulk

from portal.search.engines.elastic.index import ENDS
from portal.search.models import SearchEntry, SearchFacet, SearchTombstone

AT_ONCE = 500
# A shard analyses each batch in one thread: two at once keep two cores busy.
THREADS = 2
MOST_BYTES = 10 * 1024 * 1024
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CONFLICT, MISSING = 409, 404

Action = dict[str, Any]
Sent = dict[str, int]  # key → version


@dataclass(frozen=True, slots=True)
class Refused:
    """What an index did not take, and why."""

    key: str
    reason: str


def documents(entries: Sequence[SearchEntry]) -> list[dict[str, Any]]:
    """The documents of `entries`, in their order: one query for their facets."""
    facets: dict[int, dict[str, list[str]]] = {entry.pk: {} for entry in entries}
    rows = SearchFacet.objects.filter(entry_id__in=facets).values_list("entry_id", "facet", "value")
    for entry_id, facet, value in rows.order_by("facet", "value"):
        facets[entry_id].setdefault(facet, []).append(value)
    return [_document(entry, facets[entry.pk]) for entry in entries]


def _document(entry: SearchEntry, facets: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "key": entry.key,
        "row": entry.pk,
        "kind": entry.kind,
        "audience": str(entry.audience_id),
        "title": entry.title,
        "summary": entry.summary,
        "body": entry.body,
        "facets": facets,
        "sort_title": entry.sort_title,
        "title_length": len(entry.title),
        "dated": microseconds(entry.dated),
        "usefulness": entry.usefulness,
        "version": entry.version,
        "content_hash": entry.content_hash,
        "ends": {
            "summary": [entry.summary[:ENDS], entry.summary[-ENDS:]],
            "body": [entry.body[:ENDS], entry.body[-ENDS:]],
        },
    }


def microseconds(moment: datetime) -> int:
    """Since 1970: Elasticsearch's own dates know milliseconds only."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def writes(entries: Sequence[SearchEntry], index: str) -> Iterator[Action]:
    """Index actions, each under the entry's own version, so that a late one cannot overwrite a newer one."""
    for document in documents(entries):
        yield _action("index", index, document["key"], document["version"]) | {"_source": document}


def burials(tombstones: Iterable[SearchTombstone], index: str) -> Iterator[Action]:
    """Delete actions; a tombstone's version is one more than its entry's last."""
    for tombstone in tombstones:
        yield _action("delete", index, tombstone.key, tombstone.version)


def _action(kind: str, index: str, key: str, version: int) -> Action:
    return {"_op_type": kind, "_index": index, "_id": key, "version": version, "version_type": "external_gte"}


def send(client: Elasticsearch, actions: Iterable[Action]) -> list[Refused]:
    """Send `actions` in batches. Returns what was refused; what is already there in a newer version was not.

    Raises one of CLUSTER_ERRORS when the cluster does not answer. Nothing is visible to searches before a refresh.
    """
    refused: list[Refused] = []
    for is_done, answer in _answers(client, list(actions)):
        (kind, result), *_ = answer.items()
        absent = kind == "delete" and result.get("status") == MISSING and "error" not in result
        if is_done or absent or result.get("status") == CONFLICT:
            continue
        refused.append(Refused(result["_id"], str(result.get("error", result))[:300]))
    return refused


def _answers(client: Elasticsearch, actions: list[Action]) -> Iterable[tuple[bool, dict[str, Any]]]:
    """What became of each action. Versions settle the order of two about one entry."""
    share = AT_ONCE // THREADS
    if len(actions) <= share:
        return streaming_bulk(client, actions, max_chunk_bytes=MOST_BYTES, raise_on_error=False)
    return parallel_bulk(
        client, actions, thread_count=THREADS, chunk_size=share, max_chunk_bytes=MOST_BYTES, raise_on_error=False
    )

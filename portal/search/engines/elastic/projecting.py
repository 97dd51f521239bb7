"""From rows to what Elasticsearch is sent. An entry and its facets are read by one query: they belong together."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Aggregate, Func, OuterRef, QuerySet, Subquery, TextField, Value
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from portal.search.engines.elastic.index import ENDS, IS
from portal.search.models import SearchEntry, SearchFacet, SearchTombstone

# How many rows are read at once.
AT_ONCE = 500
# A shard analyses each batch in one thread: two at once keep two cores busy.
THREADS = 2
BATCH = 500
MOST_BYTES = 10 * 1024 * 1024
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CONFLICT, MISSING = 409, 404
# All that is read of the answers: each names its index, its shards and its sequence number besides.
ANSWERED = ("errors", "items.*._id", "items.*.status", "items.*.error")
# Stands between the values of an entry where the database writes them in one text: texts have no control characters.
APART = "\x1f"

# A "header" and, unless it is a removal, a "document": one line of what is sent in bulk, and the one below it.
Action = dict[str, Any]
Sent = dict[str, int]  # key → version


class Row(NamedTuple):
    """What is read of an entry to send it: rows carry more than an index holds, and objects of a model cost more."""

    pk: int
    key: str
    kind: str
    audience_id: int
    title: str
    summary: str
    body: str
    sort_title: str
    dated: datetime
    usefulness: int
    version: int
    content_hash: str
    values: str | None  # of its facets, with `APART` between; None where it has none


class _Values(Aggregate):
    """The values of a group of facets in one text. Django has this for PostgreSQL only."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s)"

    def __init__(self) -> None:
        one = Func("facet", Value(IS), "value", template="(%(expressions)s)", arg_joiner=" || ")
        super().__init__(one, Value(APART), output_field=TextField())

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)


@dataclass(frozen=True, slots=True)
class Refused:
    """What an index did not take, and why."""

    key: str
    reason: str


def rows(entries: "QuerySet[SearchEntry]") -> list[Row]:
    """What is to be sent of `entries`: one query."""
    facets = SearchFacet.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    values = Subquery(facets.annotate(joined=_Values()).values("joined"))
    return [Row(*read) for read in entries.annotate(values_of_it=values).values_list(*Row._fields[:-1], "values_of_it")]


def document(entry: Row) -> dict[str, Any]:
    """What an index is to hold of the entry: an `EntryDocument`."""
    return {
        "key": entry.key,
        "row": entry.pk,
        "kind": entry.kind,
        "audience": str(entry.audience_id),
        "title": entry.title,
        "summary": entry.summary,
        "body": entry.body,
        "values": entry.values.split(APART) if entry.values else [],
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


def writes(entries: Iterable[Row], index: str) -> Iterator[Action]:
    """Index actions, each under the entry's own version, so that a late one cannot overwrite a newer one."""
    for entry in entries:
        yield {"header": _header("index", index, entry), "document": document(entry)}


def burials(tombstones: Iterable[SearchTombstone], index: str) -> Iterator[Action]:
    """Delete actions; a tombstone's version is one more than its entry's last."""
    for tombstone in tombstones:
        yield {"header": _header("delete", index, tombstone)}


def _header(kind: str, index: str, one: Row | SearchTombstone) -> dict[str, Any]:
    return {kind: {"_index": index, "_id": one.key, "version": one.version, "version_type": "external_gte"}}


def _lines(action: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The lines of an `Action`: the client would find them by its own names for their parts, which takes longer."""
    return action["header"], action.get("document")


def send(client: Elasticsearch, actions: Iterable[Action]) -> list[Refused]:
    """Send `actions` in batches. Returns what was refused; what is already there in a newer version was not.

    They are made in the caller's thread, from rows perhaps, while others wait for the cluster: it seldom waits for us.
    Raises one of CLUSTER_ERRORS when the cluster does not answer. Nothing is visible to searches before a refresh.
    """
    refused: list[Refused] = []
    under_way: deque[Future[list[Refused]]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        remaining = iter(actions)
        while batch := list(islice(remaining, BATCH)):
            # One more than are being sent lies ready, and no more than that.
            if len(under_way) > THREADS:
                refused += under_way.popleft().result()
            under_way.append(pool.submit(_sent, client, batch))
        for sending in under_way:
            refused += sending.result()
    return refused


def _sent(client: Elasticsearch, batch: Sequence[Action]) -> list[Refused]:
    """What was refused of one batch. Versions settle the order of two about one entry."""
    answers = streaming_bulk(
        client,
        batch,
        expand_action_callback=_lines,
        chunk_size=BATCH,
        max_chunk_bytes=MOST_BYTES,
        raise_on_error=False,
        filter_path=ANSWERED,
    )
    refused: list[Refused] = []
    for is_done, answer in answers:
        (kind, result), *_ = answer.items()
        absent = kind == "delete" and result.get("status") == MISSING and "error" not in result
        if is_done or absent or result.get("status") == CONFLICT:
            continue
        refused.append(Refused(result["_id"], str(result.get("error", result))[:300]))
    return refused

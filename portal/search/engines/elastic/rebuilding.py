"""A new index beside the one that is searched, and the comparison of an index with the rows.

A rebuild makes an index that writes go to from then on, fills it from the rows, lets searches read it, and compares.
Nothing is missed: a delivery acknowledges a change only if the indices it wrote to are still all there are, and stand
where they stood. So a change is either in the rows when the rebuild reads them, or delivered to the new index too; and
it is visible there when it takes its place, for what was acknowledged before the index was full is shown by the refresh
after that, and what was not is acknowledged only when it is.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Max, QuerySet
from elasticsearch import Elasticsearch
from elasticsearch.dsl import Search

from portal.search.contract import Progress, unheard
from portal.search.engines.elastic import backlog, delivery, index
from portal.search.engines.elastic.connection import writing_client
from portal.search.engines.elastic.projecting import AT_ONCE, Action, Row, rows, send, writes
from portal.search.models import SearchEntry, SearchTombstone

log = logging.getLogger(__name__)

COMPARED = 500
# Seconds that a former index stays for searches that have begun to read it.
GRACE = 2.0
MOST_NAMED = 50
WHILE_FILLED = {"auto_expand_replicas": False, "number_of_replicas": 0}
AFTERWARDS = {"auto_expand_replicas": "0-1"}
# What is read of a row to compare it.
NOTED = ("key", "version", "delivered", "content_hash")
HELD = ["key", "version", "content_hash"]

Entry = TypeVar("Entry", SearchEntry, Row)


@dataclass(slots=True)
class Difference:
    """What an index holds otherwise than the rows: keys, with the version that the index has of them."""

    absent: list[str] = field(default_factory=list)
    stale: dict[str, int] = field(default_factory=dict)
    extra: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.absent) + len(self.stale) + len(self.extra)

    def sentences(self) -> list[str]:
        """One for each key, but not for thousands."""
        found = [f"{key} is missing in Elasticsearch." for key in self.absent]
        found += [f"{key} is not in Elasticsearch as it is recorded." for key in self.stale]
        found += [f"{key} should not be in Elasticsearch." for key in self.extra]
        more = [f"And {len(found) - MOST_NAMED} more differ."] if len(found) > MOST_NAMED else []
        return found[:MOST_NAMED] + more


def rebuild(progress: Progress = unheard) -> int:
    """Fill a new index while the present one is searched and written to, and take its place. Returns how many it holds.

    Raises one of CLUSTER_ERRORS when the cluster does not answer; searches go on in the present index then.
    """
    client = writing_client()
    name = index.create(client, index.filling())
    client.indices.put_settings(index=name, settings=WHILE_FILLED)
    for refused in send(client, _everything(name, progress)):
        log.error("Elasticsearch did not take the entry %s: %s", refused.key, refused.reason)
    client.indices.put_settings(index=name, settings=AFTERWARDS)
    index.finish(client, name)
    index.show(client, [name])
    index.promote(client, name)
    reconcile()
    time.sleep(GRACE)
    index.drop_others(client, keep=name)
    return int(client.count(index=index.alias())["count"])


def _everything(name: str, progress: Progress) -> Iterator[Action]:
    for entries in _chunks(AT_ONCE, rows):
        yield from writes(entries, name)
        progress(len(entries))


def reconcile(progress: Progress = unheard) -> int:
    """Mend what differs between the index and the rows, and note what it holds rightly. Returns how many differed.

    Mending is done by the rows: what differs waits again, and what should not be there gets a tombstone. An index that
    another version of the portal made is made anew.
    """
    client = writing_client()
    delivery.prepare(client)
    if index.is_of_another_version(index.live(client)):
        return rebuild(progress)
    found = compare(client, progress, note=True)
    SearchEntry.objects.filter(key__in=found.absent).update(delivered=0)
    for key, version in found.stale.items():
        # Above what the index has, or it would refuse the entry as the older one.
        SearchEntry.objects.filter(key=key, version__lte=version).update(version=version + 1)
        SearchEntry.objects.filter(key=key).update(delivered=0)
    SearchTombstone.objects.bulk_create(
        [SearchTombstone(key=key, version=version + 1) for key, version in found.extra.items()],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["version", "acknowledged_at"],
    )
    delivery.deliver()
    return len(found)


def verify(progress: Progress = unheard) -> list[str]:
    """What differs between the index and the rows, in sentences."""
    client = writing_client()
    present = index.live(client)
    if not present:
        return ["Elasticsearch has no index: run manage.py search_rebuild."]
    if index.is_of_another_version(present):
        # It may hold otherwise what would be compared.
        return ["The index was made by another version of the portal: run manage.py search_rebuild."]
    found: list[str] = []
    if waiting := backlog.size():
        found.append(f"{waiting} changes wait to be delivered to Elasticsearch.")
    return found + compare(client, progress).sentences()


def compare(client: Elasticsearch, progress: Progress = unheard, *, note: bool = False) -> Difference:
    """What differs, but for what waits to be delivered anyway. With `note`, what agrees is acknowledged."""
    found = Difference()
    total = 0
    for entries in _chunks(COMPARED, _noted):
        total += len(entries)
        differing = _differing(client, entries, note=note)
        # What was written and delivered between the two reads differs no more when it is read again.
        again = list(SearchEntry.objects.filter(key__in=differing).only(*NOTED)) if differing else []
        for key, version in _differing(client, again, note=note).items():
            if version is None:
                found.absent.append(key)
            else:
                found.stale[key] = version
        progress(len(entries))
    if found.absent or client.count(index=index.alias())["count"] != total:
        found.extra = dict(_extra(client))
    return found


def _differing(client: Elasticsearch, entries: Sequence[SearchEntry], *, note: bool) -> dict[str, int | None]:
    """Keys of which the index holds something else, and the version it has of them (None: it has none)."""
    if not entries:
        return {}
    held = _held(client, [entry.key for entry in entries])
    wrong: dict[str, int | None] = {}
    agreed: dict[str, int] = {}  # of those that wait
    for entry in entries:
        version, content_hash = held.get(entry.key, (None, ""))
        if (version, content_hash) == (entry.version, entry.content_hash):
            if entry.version > entry.delivered:
                agreed[entry.key] = entry.version
        elif entry.version <= entry.delivered:
            wrong[entry.key] = version
    if note:
        backlog.acknowledge(agreed)
    return wrong


def _held(client: Elasticsearch, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    """What the index holds of `keys`: version and hash."""
    search = Search(using=client, index=index.alias()).filter("ids", values=list(keys))
    return {key: (version, content_hash) for key, version, content_hash in _read(search.extra(size=len(keys)))}


def _extra(client: Elasticsearch) -> Iterator[tuple[str, int]]:
    """(key, version) of what the index has and no row."""
    after: list[str] = []
    while True:
        search = Search(using=client, index=index.alias()).sort("key").extra(size=COMPARED)
        read = list(_read(search.extra(search_after=after) if after else search))
        if not read:
            return
        keys = [key for key, _version, _hash in read]
        known = {*SearchEntry.objects.filter(key__in=keys).values_list("key", flat=True)}
        known |= {*backlog.graves().filter(key__in=keys).values_list("key", flat=True)}
        yield from ((key, version) for key, version, _hash in read if key not in known)
        after = keys[-1:]


def _read(search: Search[Any]) -> Iterator[tuple[str, int, str]]:
    """(key, version, hash) of what is found, without its source, which would have to be taken apart for them."""
    search = search.source(False).extra(stored_fields="_none_", docvalue_fields=HELD, track_total_hits=False)
    for hit in search.params(filter_path=["hits.hits.fields"]).execute().to_dict().get("hits", {}).get("hits", ()):
        (key,), (version,), (content_hash,) = (hit["fields"][name] for name in HELD)
        yield key, version, content_hash


def _noted(entries: "QuerySet[SearchEntry]") -> list[SearchEntry]:
    return list(entries.only(*NOTED))


def _chunks(size: int, read: Callable[["QuerySet[SearchEntry]"], list[Entry]]) -> Iterator[list[Entry]]:
    """What `read` reads of every entry that there is now, in order of its id, each chunk as it is when its turn comes.

    One that is added meanwhile is delivered to whatever there is to deliver to.
    """
    last = 0
    newest = SearchEntry.objects.aggregate(pk=Max("pk"))["pk"] or 0
    entries = SearchEntry.objects.filter(pk__lte=newest).order_by("pk")
    while some := read(entries.filter(pk__gt=last)[:size]):
        yield some
        last = some[-1].pk

"""Writes to the index, and the one way to ask it. Writes belong to the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.models import Page

from portal.core.pagecache import bump, hold
from portal.core.viewer import Viewer
from portal.search import documents, engines, recording, registry, results
from portal.search.contract import Hit, Progress, SearchPage, SearchQuery, unheard
from portal.search.models import SearchEntry


@transaction.atomic
def index(kind: str, pks: Iterable[int]) -> int:
    """Read the things again; write or take out the entries that differ. Returns how many did (0: nothing changed).

    Raises KeyError for a kind that nobody registered.
    """
    from portal.search import tasks  # which stand on these services

    known = registry.get(kind)
    if known is None:
        raise KeyError(f"No room registered the kind {kind!r}.")
    # What is planned from rows that somebody is changing would bring back what they were, their audience too.
    hold()
    changed = 0
    for some in _chunks(sorted(set(pks))):
        change = recording.plan(known, some)
        changed += recording.execute(change)
        engines.current().upsert(item.entry.key for item in change.written)
        engines.current().delete(change.evict)
        if change.unread:
            tasks.read_documents.enqueue(change.unread)
    return changed


@transaction.atomic
def evict(kind: str, pks: Iterable[int]) -> int:
    """Take things out of search whatever they are now. Returns how many were in it."""
    keys = [f"{kind}:{pk}" for pk in pks]
    hold()
    gone = recording.evict(keys)
    if gone:
        engines.current().delete(keys)
        bump()
    return gone


@transaction.atomic
def reindex(keys: Iterable[str]) -> int:
    """Read the things with `keys` ("case:7") again, after a bulk write. Unknown kinds are taken out."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for key in keys:
        kind, _, pk = key.rpartition(":")
        by_kind[kind].add(int(pk))
    return sum(index(kind, pks) if registry.get(kind) else evict(kind, pks) for kind, pks in by_kind.items())


@transaction.atomic
def reindex_documents(document_ids: Collection[int]) -> int:
    """Record anew what the documents hang on, and the documents where they are things of their own."""
    own = registry.kind_of(get_document_model())
    changed = index(own.name, document_ids) if own is not None else 0
    return changed + reindex(documents.holders(document_ids))


@transaction.atomic
def reindex_pages(page_ids: Iterable[int]) -> int:
    """Read pages again, and what hangs on them, after their address or audience changed."""
    ids = sorted(set(page_ids))
    by_kind: dict[str, list[int]] = defaultdict(list)
    for some in _chunks(ids):
        for page in Page.objects.filter(pk__in=some).only("pk", "content_type"):
            model = page.specific_class
            kind = registry.kind_of(model) if model else None
            if kind is not None:
                by_kind[kind.name].append(page.pk)
    changed = sum(index(kind, pks) for kind, pks in by_kind.items())
    return changed + reindex(registry.dependants(ids))


def rebuild(progress: Progress = unheard, filled: Progress = unheard) -> int:
    """Compare everything that may be searchable with its entry, mend what differs, and make the engine's index anew.

    `progress` is told how many things were compared since it was last called, and `filled` how many entries a cluster
    was sent. Returns how many entries changed.
    """
    changed = _compare(progress)
    engines.current().rebuild(filled)
    return changed


def reconcile(progress: Progress = unheard, compared: Progress = unheard) -> int:
    """The same, but mend the engine's index only where it differs. Returns how many entries changed or differed.

    `compared` is told of how many entries what a cluster holds was compared.
    """
    return _compare(progress) + engines.current().reconcile(compared)


def _compare(progress: Progress) -> int:
    changed = 0
    # The last registered first: the rooms' things hold terms, whose usefulness counts them.
    for kind in reversed(list(registry.kinds())):
        for some in _chunks(_pks(kind.name)):
            changed += index(kind.name, some)
            progress(len(some))
    orphans = SearchEntry.objects.exclude(kind__in=[kind.name for kind in registry.kinds()])
    return changed + reindex(list(orphans.values_list("key", flat=True)))


def total() -> int:
    """How many things `rebuild`, `reconcile` and `drift` compare."""
    return sum(len(_pks(kind.name)) for kind in registry.kinds())


def drift(progress: Progress = unheard, compared: Progress = unheard) -> list[str]:
    """What differs between the rooms, the entries and the engine, in sentences; empty when all agree.

    `progress` and `compared` as in `reconcile`.
    """
    found: list[str] = []
    for kind in registry.kinds():
        for some in _chunks(_pks(kind.name)):
            change = recording.plan(kind, some)
            for item in change.write:
                state = "is not what its room records" if item.entry.version > 1 else "is missing"
                found.append(f"{item.entry.key} {state}.")
            found += [f"{key} should not be searchable." for key in change.evict]
            progress(len(some))
    orphans = SearchEntry.objects.exclude(kind__in=[kind.name for kind in registry.kinds()])
    found += [f"{key} is of a kind that nobody registered." for key in orphans.values_list("key", flat=True)]
    return found + engines.current().verify(compared)


def search(query: SearchQuery, viewer: Viewer) -> SearchPage:
    """The page of results that `viewer` may see: a fixed number of queries, however many there are."""
    return results.search(query, viewer)


def suggest(text: str, viewer: Viewer, limit: int = 8) -> list[Hit]:
    """What `viewer` may be looking for, by the beginning of its title."""
    return results.suggest(text, viewer, limit)


def _pks(kind_name: str) -> list[int]:
    """The ids of everything that may be searchable as `kind_name`, and of everything that is."""
    kind = registry.get(kind_name)
    present = set(kind.queryset().values_list("pk", flat=True)) if kind else set()
    return sorted(present | set(SearchEntry.objects.filter(kind=kind_name).values_list("object_pk", flat=True)))


def _chunks(pks: list[int]) -> Iterable[list[int]]:
    return (pks[start : start + recording.AT_ONCE] for start in range(0, len(pks), recording.AT_ONCE))

"""Answers kept for as long as nothing public has changed.

To count the facets of ten thousand entries costs a quarter of a second, and whoever opens a long list without words
asks for the same counts. The page cache's generation is part of the key: it is raised in the transaction of every
change of an entry, so an answer is never older than what is committed.
"""

import hashlib

from django.core.cache import cache
from django.utils.translation import get_language

from portal.core import pagecache
from portal.core.viewer import Viewer
from portal.search import results
from portal.search.contract import SearchPage, SearchQuery

KEPT = 3600


def search(query: SearchQuery, viewer: Viewer) -> SearchPage:
    """What `services.search` answers: one query and a look into the cache, where it was asked before."""
    key = _key(query, viewer)
    try:
        kept = cache.get(key)
    except pagecache.CACHE_ERRORS:
        return results.search(query, viewer)
    if isinstance(kept, SearchPage):
        return kept
    found = results.search(query, viewer)
    if found.degraded:
        return found
    try:
        cache.set(key, found, KEPT)
    except pagecache.CACHE_ERRORS:
        return found
    return found


def _key(query: SearchQuery, viewer: Viewer) -> str:
    filters = sorted((name, sorted(values)) for name, values in query.filters.items())
    asked = (
        query.text, query.kinds, filters, query.sort, query.page, query.size, query.facets, query.exact,
        query.any_word, query.facet_limit, query.more, query.since, query.until, sorted(viewer.audiences),
        get_language(), pagecache.generation(),
    )  # fmt: skip
    return f"search:{hashlib.blake2b(repr(asked).encode(errors='surrogatepass'), digest_size=20).hexdigest()}"

"""Answers kept for as long as nothing public has changed (`portal.core.kept`).

To count the facets of ten thousand entries costs a quarter of a second, and whoever opens a long list without words
asks for the same counts. Every change of an entry ends what is kept.
"""

from portal.core.kept import kept
from portal.core.viewer import Viewer
from portal.search import results
from portal.search.contract import SearchPage, SearchQuery


def search(query: SearchQuery, viewer: Viewer) -> SearchPage:
    """What `services.search` answers: one query and a look into the cache, where it was asked before."""
    filters = sorted((name, sorted(values)) for name, values in query.filters.items())
    asked = (
        query.text, query.kinds, filters, query.sort, query.page, query.size, query.facets, query.exact,
        query.any_word, query.facet_limit, query.more, query.since, query.until,
    )  # fmt: skip
    return kept(
        "search", asked, viewer, lambda: results.search(query, viewer), is_whole=lambda found: not found.degraded
    )

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "portal.search"
    label = "portal_search"
    verbose_name = "Search"

    def ready(self) -> None:
        from portal.core import health
        from portal.core.pagecache import register_query_keys
        from portal.search import checks, engines, following, nightly, probes, receivers, state, terms, usage  # noqa: F401
        from portal.search.engines.sqlite import functions  # noqa: F401

        # Not "q": what people type is without end, and would push useful pages out.
        register_query_keys(*state.FACET_KEYS, "more", "sort", "page")
        health.register("search", probes.search_rows)
        if engines.is_remote():
            health.register("elasticsearch", probes.elasticsearch)

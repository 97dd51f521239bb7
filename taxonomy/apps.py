from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "taxonomy"
    label = "taxonomy"
    verbose_name = "Vocabulary"

    def ready(self) -> None:
        from portal.core import finishing, pagecache
        from taxonomy import letters, marking, nightly, nominating, waiting  # noqa: F401

        pagecache.register_query_keys("scheme", "show", "view")
        pagecache.register_types("text/turtle", "application/ld+json", "application/rdf+xml")
        pagecache.register_variant(marking.COOKIE, marking.OFF)
        finishing.register(marking.mark)

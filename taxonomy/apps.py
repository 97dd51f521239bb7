from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "taxonomy"
    label = "taxonomy"
    verbose_name = "Vocabulary"

    def ready(self) -> None:
        from portal.core import pagecache

        pagecache.register_query_keys("scheme", "view")
        pagecache.register_types("text/turtle", "application/ld+json", "application/rdf+xml")

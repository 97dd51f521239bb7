from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "taxonomy"
    label = "taxonomy"
    verbose_name = "Vocabulary"

    def ready(self) -> None:
        from portal.core import pagecache
        from taxonomy import letters  # noqa: F401

        pagecache.register_query_keys("scheme", "show", "view")

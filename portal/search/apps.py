from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "portal.search"
    label = "portal_search"
    verbose_name = "Search"

    def ready(self) -> None:
        from portal.search import checks, receivers, terms  # noqa: F401

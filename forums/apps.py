from django.apps import AppConfig


class ForumsConfig(AppConfig):
    name = "forums"
    label = "forums"
    verbose_name = "Forums"

    def ready(self) -> None:
        from forums import letters, panels, receivers, references, searchable, ticks, waiting  # noqa: F401
        from portal.core import pagecache

        pagecache.register_query_keys("show")

from django.apps import AppConfig


class ForumsConfig(AppConfig):
    name = "forums"
    label = "forums"
    verbose_name = "Forums"

    def ready(self) -> None:
        from forums import asking_people, letters, panels, references, searchable, ticks, waiting  # noqa: F401
        from portal.core import pagecache

        pagecache.register_query_keys("show", "after", "before", "concept")

from django.apps import AppConfig


class ForumsConfig(AppConfig):
    name = "forums"
    label = "forums"
    verbose_name = "Forums"

    def ready(self) -> None:
        from forums import (  # noqa: F401
            asking_people,
            digests,
            following,
            moderated,
            notifications,
            panels,
            receivers,
            references,
            searchable,
            splitting,
            ticks,
            waiting,
        )
        from portal.core import pagecache

        pagecache.register_query_keys("show", "after", "before", "concept")

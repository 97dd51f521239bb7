"""The room of events."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "portal.events"
    label = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from portal.core import pagecache
        from portal.events import digests, letters, moments, receivers, searchable, sections, ticks  # noqa: F401

        pagecache.register_query_keys("kind", "group", "month")

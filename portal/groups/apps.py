"""The room of working groups."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "portal.groups"
    label = "groups"
    verbose_name = _("Working groups")

    def ready(self) -> None:
        from portal.core import pagecache
        from portal.groups import following, letters, receivers, references, searchable, ticks, waiting  # noqa: F401

        pagecache.register_query_keys("state")

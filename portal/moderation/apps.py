"""The room of moderation: reports, the queue, acts and their trail, sanctions, guidelines."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "portal.moderation"
    label = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from portal.moderation import guidelines, panels, sanctions, telling, vocabulary, waiting  # noqa: F401

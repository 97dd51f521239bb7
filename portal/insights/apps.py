from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "portal.insights"
    label = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        from portal.insights import searchable  # noqa: F401

from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    name = "toolkit"
    label = "toolkit"
    verbose_name = "Starter kit"

    def ready(self) -> None:
        from toolkit import digests, nominating, searchable  # noqa: F401

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    label = "cases"
    verbose_name = "Case studies"

    def ready(self) -> None:
        from cases import digests, nominating, searchable  # noqa: F401

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"
    verbose_name = "Home"

    def ready(self) -> None:
        from portal.home import searchable  # noqa: F401

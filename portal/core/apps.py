from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = "Portal core"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from portal.core import checks, gates, health, nightly, pagecache  # noqa: F401
        from portal.core.models import ProblemReport
        from portal.core.problems.admin import ReadersWrite

        register_permission_policy(ProblemReport, ReadersWrite(ProblemReport))
        nightly.register()
        health.register_own()

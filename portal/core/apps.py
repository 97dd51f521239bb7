from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = "Portal core"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from portal.core import checks, collection_gates, gates, health, nightly, pagecache  # noqa: F401
        from portal.core.models import ProblemReport
        from portal.core.problems.admin import ReadersWrite

        register_permission_policy(ProblemReport, ReadersWrite(ProblemReport))
        collection_gates.follow_moves()
        nightly.register()
        health.register_own()

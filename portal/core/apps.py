from django.apps import AppConfig

# Before any route is written down: it makes `<id:…>` known.
from portal.core import numbers  # noqa: F401


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = "Portal core"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from portal.core import (  # noqa: F401
            admin_access,
            admin_mail,
            admin_narrowing,
            checks,
            closing,
            collection_gates,
            drafts,
            gates,
            health,
            nightly,
            nominated,
            pagecache,
        )
        from portal.core.models import ProblemReport
        from portal.core.problems import waiting  # noqa: F401
        from portal.core.problems.admin import ReadersWrite

        admin_access.register_policies()
        admin_narrowing.narrow_the_admin()
        admin_mail.narrow_letters()
        register_permission_policy(ProblemReport, ReadersWrite(ProblemReport))
        collection_gates.follow_moves()
        nightly.register()
        health.register_own()

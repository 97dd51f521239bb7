"""Problem reports in the Wagtail admin: a list to work through, not to write in."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from portal.core.models import ProblemReport


class ReadersWrite(ModelPermissionPolicy):
    """Reports are made by readers, on the page where the problem is: nobody adds one in the admin."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "add" and bool(super().user_has_permission(user, action))


class ProblemReportViewSet(ModelViewSet):
    model = ProblemReport
    icon = "warning"
    menu_label = _("Problem reports")
    menu_name = "problem-reports"
    menu_order = 900
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = ["page", "message", "created_at", "settled"]
    list_filter = ["settled"]
    search_fields = ["page", "message"]
    ordering = ["settled", "-created_at"]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("page", read_only=True),
                FieldPanel("message", read_only=True),
                FieldPanel("email", read_only=True),
                FieldPanel("reporter", read_only=True),
            ],
            heading=_("Report"),
        ),
        FieldPanel("settled"),
        FieldPanel("note"),
    ]

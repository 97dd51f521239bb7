"""Where Wagtail asks the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.components import Component

from portal.core import waiting
from portal.core.problems.admin import ProblemReportViewSet
from portal.core.viewer import VISITOR, viewer_of


@hooks.register("register_admin_viewset")
def problem_reports() -> ProblemReportViewSet:
    """The list of what readers reported, in the admin's menu."""
    return ProblemReportViewSet("problem_reports")


@hooks.register("register_permissions")
def problem_report_permissions() -> QuerySet[Permission]:
    """Lets administrators say in a group's form who works on reports."""
    return Permission.objects.filter(content_type__app_label="core", codename="change_problemreport")


@hooks.register("insert_global_admin_css")
def admin_colours() -> SafeString:
    """The admin stays Wagtail's own, with our colour."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


class WaitingPanel(Component):
    """What waits for the person at the desk, room by room."""

    name = "waiting"
    order = 50
    template_name = "core/admin/waiting.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        viewer = viewer_of(parent_context["request"]) if parent_context else VISITOR
        return {"lines": waiting.lines(viewer)}


@hooks.register("construct_homepage_panels")
def waiting_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Above Wagtail's own panels."""
    panels.insert(0, WaitingPanel())

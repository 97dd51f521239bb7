"""Where Wagtail asks the portal."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from portal.core.problems.admin import ProblemReportViewSet


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

"""The report of pages that are past their review date, for those who may change them."""

from typing import Any

from django.apps import apps
from django.db.models import DateField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from portal.core.models import ReviewedPage
from portal.search.reports import AS_TEXT

ANY_OF = ["change", "publish"]


def past_review(user: Any) -> Any:
    """Live pages whose date has passed and that `user` may change, the longest past first, with `review_by`."""
    models = [model for model in apps.get_models() if issubclass(model, ReviewedPage)]
    dates = [Subquery(model._default_manager.filter(pk=OuterRef("pk")).values("review_by")) for model in models]
    pages = page_permission_policy.instances_user_has_any_permission_for(user, ANY_OF)
    dated = pages.annotate(review_by=Coalesce(*dates, output_field=DateField()))
    return dated.filter(live=True, review_by__lt=timezone.localdate()).order_by("review_by", "pk")


class PastReviewReport(ReportView):
    """What was to be looked at again by now, and has not been."""

    model = Page
    page_title = _("Past their review date")
    header_icon = "calendar-alt"
    index_url_name = "search_past_review"
    index_results_url_name = "search_past_review_results"
    permission_policy = page_permission_policy
    any_permission_required = ANY_OF
    default_ordering = "review_by"
    export_filename = "past-their-review-date"
    list_export = ["title", "review_by", "page_type_display_name"]
    export_headings = {"review_by": _("Look at it again by"), "page_type_display_name": _("Type")}
    custom_field_preprocess = {"title": AS_TEXT}

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn(
                "get_admin_display_title",
                label=_("Title"),
                get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
            ),
            DateColumn("review_by", label=_("Look at it again by"), sort_key="review_by"),
            Column("page_type_display_name", label=_("Type")),
        ]

    def get_queryset(self) -> Any:
        return self.order_queryset(past_review(self.request.user).select_related("content_type"))


class PastReviewMenuItem(MenuItem):
    """Shown to whoever may change any page."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy.user_has_any_permission(request.user, ANY_OF))

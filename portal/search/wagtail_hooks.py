"""Search in Wagtail's admin: reports for editors, and for those who work on the vocabulary."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.documents import get_document_model

from portal.search import reports, reviewing, services
from taxonomy.stewarding.doors import may_read


class StewardMenuItem(MenuItem):
    """Shown to those who work on the vocabulary."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_read(request.user)


class SearchesMenuItem(MenuItem):
    """Shown to those who may read what is searched for."""

    def is_shown(self, request: HttpRequest) -> bool:
        return reports.may_read_searches(request)


@hooks.register("register_admin_urls")
def report_urls() -> list[URLPattern]:
    use, lost, asked = reports.TermUseReport, reports.UnansweredReport, reports.AskedReport
    past = reviewing.PastReviewReport
    return [
        path("reports/terms/", use.as_view(), name="search_term_use"),
        path("reports/terms/results/", use.as_view(results_only=True), name="search_term_use_results"),
        path("reports/asked/", asked.as_view(), name="search_asked"),
        path("reports/asked/results/", asked.as_view(results_only=True), name="search_asked_results"),
        path("reports/searches/", lost.as_view(), name="search_unanswered"),
        path("reports/searches/results/", lost.as_view(results_only=True), name="search_unanswered_results"),
        path("reports/past-review/", past.as_view(), name="search_past_review"),
        path("reports/past-review/results/", past.as_view(results_only=True), name="search_past_review_results"),
        path("reports/searches/<int:pk>/label/", reports.add_label, name="search_add_label"),
    ]


@hooks.register("register_reports_menu_item")
def term_use() -> MenuItem:
    return StewardMenuItem(_("Use of terms"), reverse("search_term_use"), name="term-use", icon_name="tag", order=700)


@hooks.register("register_reports_menu_item")
def lost_searches() -> MenuItem:
    url = reverse("search_unanswered")
    return StewardMenuItem(_("Searches without results"), url, name="lost-searches", icon_name="search", order=710)


@hooks.register("register_reports_menu_item")
def searches() -> MenuItem:
    return SearchesMenuItem(_("Searches"), reverse("search_asked"), name="searches", icon_name="search", order=705)


@hooks.register("register_reports_menu_item")
def past_review() -> MenuItem:
    url = reverse("search_past_review")
    label = _("Past their review date")
    return reviewing.PastReviewMenuItem(label, url, name="past-review", icon_name="calendar-alt", order=690)


@hooks.register("after_bulk_action")
def record_moved_documents(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Many documents put into another collection at once are written past their signals."""
    if action_type == "add_to_collection" and action.get_default_model() is get_document_model():
        services.reindex_documents([document.pk for document in objects])

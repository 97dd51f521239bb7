"""Reports for stewards: how much each term is used, and what was searched for in vain."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from portal.core.viewer import viewer_of
from portal.search import registry, unanswered
from portal.search.models import SearchFacet, UnansweredQuery
from taxonomy import access, history, services
from taxonomy.models import Concept, Status
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.spreadsheet import guarded
from taxonomy.stewarding.doors import for_readers, for_stewards

AS_TEXT = {"csv": lambda value: guarded(str(value))}


class StewardReport(ReportView):
    """A report for those who work on the vocabulary, which can be searched."""

    is_searchable = True
    search_backend_name = None

    def get_filtered_queryset(self) -> Any:
        return self.search_queryset(super().get_filtered_queryset())


class UseFilter(WagtailFilterSet):
    """By scheme, status, and whether anything holds the term."""

    used = django_filters.ChoiceFilter(
        label=gettext_lazy("Use"),
        method="by_use",
        choices=[("no", gettext_lazy("Unused")), ("yes", gettext_lazy("Used"))],
    )

    class Meta:
        model = Concept
        fields = ["scheme", "status", "used"]

    def by_use(self, found: Any, name: str, value: str) -> Any:
        return found.filter(uses=0) if value == "no" else found.filter(uses__gt=0)


@method_decorator(for_readers, name="dispatch")
class TermUseReport(StewardReport):
    """Each term in use with how many things hold it or a term below it, by kind. Counts what the reader may see."""

    model = Concept
    page_title = gettext_lazy("Use of terms")
    header_icon = "tag"
    filterset_class = UseFilter
    index_url_name = "search_term_use"
    index_results_url_name = "search_term_use_results"
    default_ordering = "-uses"
    search_fields = ["title", "slug"]
    export_filename = "use-of-terms"
    list_export = ["title", "slug", "scheme.title", "status", "uses", "by_kind"]
    export_headings = {"scheme.title": gettext_lazy("Scheme"), "uses": gettext_lazy("Used by"), "by_kind": _("Kinds")}
    custom_field_preprocess = {"title": AS_TEXT, "by_kind": AS_TEXT, "scheme.title": AS_TEXT}

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn(
                "title",
                label=_("Term"),
                sort_key="title",
                get_url=lambda concept: reverse("concepts:edit", args=[concept.pk]),
            ),
            Column("scheme", label=_("Scheme"), sort_key="scheme__title"),
            Column("get_status_display", label=_("Status"), sort_key="status"),
            NumberColumn("uses", label=_("Used by"), sort_key="uses"),
            Column("by_kind", label=_("Kinds")),
        ]

    def get_queryset(self) -> Any:
        facets = SearchFacet.objects.filter(
            concept_id=OuterRef("pk"), entry__audience__in=viewer_of(self.request).audiences
        ).exclude(entry__kind="term")
        number = facets.order_by().values("concept_id").annotate(number=Count("pk")).values("number")
        uses = Coalesce(Subquery(number, output_field=IntegerField()), 0)
        living = Concept.objects.exclude(status=Status.DEPRECATED).select_related("scheme").annotate(uses=uses)
        return self.order_queryset(living.order_by("title"))

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Write into each concept which kinds hold it: one query."""
        kinds: dict[int, list[str]] = {}
        for pk, kind, number in self._counts([concept.pk for concept in object_list]):
            known = registry.get(kind)
            kinds.setdefault(pk, []).append(f"{known.plural if known else kind}: {number}")
        for concept in object_list:
            concept.by_kind = ", ".join(kinds.get(concept.pk, ()))
        return object_list

    def _counts(self, pks: list[int]) -> "QuerySet[SearchFacet, Any]":
        seen = SearchFacet.objects.filter(entry__audience__in=viewer_of(self.request).audiences)
        if len(pks) <= self.paginate_by:
            seen = seen.filter(concept_id__in=pks)
        counted = seen.exclude(entry__kind="term").exclude(concept_id=None).values("concept_id", "entry__kind")
        ordered = counted.annotate(number=Count("pk")).order_by("-number", "entry__kind")
        return ordered.values_list("concept_id", "entry__kind", "number")


class SearchFilter(WagtailFilterSet):
    """By how often and how lately it was asked."""

    times = django_filters.NumberFilter(label=gettext_lazy("Asked at least"), lookup_expr="gte")

    class Meta:
        model = UnansweredQuery
        fields = ["times"]


class AnswerColumn(Column):
    """Terms that may be meant, each with a button that gives it the words as a label."""

    cell_template_name = "search/admin/answer_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> Any:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"row": instance, "request": parent_context["request"]}


@method_decorator(for_readers, name="dispatch")
class UnansweredReport(StewardReport):
    """What was searched for in the last season, and nothing has all of its words."""

    model = UnansweredQuery
    page_title = gettext_lazy("Searches without results")
    header_icon = "search"
    filterset_class = SearchFilter
    index_url_name = "search_unanswered"
    index_results_url_name = "search_unanswered_results"
    default_ordering = "-times"
    search_fields = ["text", "normalised"]
    export_filename = "searches-without-results"
    list_export = ["text", "times", "first_asked", "last_asked"]
    custom_field_preprocess = {"text": AS_TEXT}

    @property
    def columns(self) -> list[Any]:
        return [
            Column("text", label=_("Searched for"), sort_key="text"),
            NumberColumn("times", label=_("Times"), sort_key="times"),
            DateColumn("last_asked", label=_("Last"), sort_key="last_asked"),
            AnswerColumn("near", label=_("Give these words to a term as a label")),
        ]

    def get_queryset(self) -> Any:
        return self.order_queryset(UnansweredQuery.objects.all())

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Write beside each search the terms that come near."""
        nearest = unanswered.near([row.text for row in object_list])
        can_settle = access.can_settle(self.request.user)
        for row in object_list:
            row.near = nearest[row.text]
            row.can_settle = can_settle
        return object_list


@for_stewards
@require_POST
def add_label(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the words of a search to the concept in `concept` as a label; the search is answered then."""
    row = get_object_or_404(UnansweredQuery, pk=pk)
    typed = request.POST.get("concept", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        raise Http404
    concept = get_object_or_404(Concept, pk=int(typed))
    try:
        with history.acting(by_id=viewer_of(request).user_id):
            services.add_label(concept, LabelSpec(row.text))
    except VocabularyError as error:
        messages.error(request, error.messages[0])
    else:
        row.delete()
        messages.success(
            request, _("“%(text)s” is a label of “%(title)s” now.") % {"text": row.text, "title": concept.title}
        )
    return redirect(reverse("search_unanswered"))

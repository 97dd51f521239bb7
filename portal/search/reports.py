"""Reports: how much each term is used, what is searched for and opened, and what was searched for in vain."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Count, F, FloatField, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, Least, Round
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

from portal.core.numbers import id_in
from portal.core.viewer import Role, viewer_of
from portal.search import registry, unanswered
from portal.search.models import AskedQuery, OpenedHit, SearchFacet
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
    export_headings = {
        "scheme.title": gettext_lazy("Scheme"),
        "uses": gettext_lazy("Used by"),
        "by_kind": gettext_lazy("Kinds"),
    }
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


class AskedFilter(WagtailFilterSet):
    """By how often it was asked, and whether everything asked for was found."""

    times = django_filters.NumberFilter(label=gettext_lazy("Asked at least"), lookup_expr="gte")
    found = django_filters.ChoiceFilter(
        label=gettext_lazy("Found"),
        method="by_found",
        choices=[
            ("no", gettext_lazy("Not all words were found")),
            ("nothing", gettext_lazy("Nothing was found")),
            ("yes", gettext_lazy("All words were found")),
        ],
    )

    class Meta:
        model = AskedQuery
        fields = ["times", "found"]

    def by_found(self, found: Any, name: str, value: str) -> Any:
        if value == "nothing":
            return found.filter(empty__gt=0)
        return found.filter(missed__gt=0) if value == "no" else found.filter(missed=0)


class AskedReport(StewardReport):
    """What readers searched for in the last season, most first, and whether they opened what was found."""

    model = AskedQuery
    page_title = gettext_lazy("Searches")
    header_icon = "search"
    filterset_class = AskedFilter
    index_url_name = "search_asked"
    index_results_url_name = "search_asked_results"
    default_ordering = "-times"
    search_fields = ["text", "normalised"]
    export_filename = "searches"
    list_export = ["text", "times", "empty", "missed", "opens", "share", "place", "first_asked", "last_asked"]
    export_headings = {
        "empty": gettext_lazy("Nothing found"),
        "missed": gettext_lazy("Not all words found"),
        "opens": gettext_lazy("Opened a hit"),
        "share": gettext_lazy("Opened, %"),
        "place": gettext_lazy("Mean place of what was opened"),
    }
    custom_field_preprocess = {"text": AS_TEXT}

    @property
    def columns(self) -> list[Any]:
        return [
            Column("text", label=_("Searched for"), sort_key="text"),
            NumberColumn("times", label=_("Times"), sort_key="times"),
            NumberColumn("empty", label=_("Nothing found"), sort_key="empty"),
            NumberColumn("missed", label=_("Not all words found"), sort_key="missed"),
            NumberColumn("opens", label=_("Opened a hit"), sort_key="opens"),
            NumberColumn("share", label=_("Opened, %"), sort_key="share"),
            Column("place", label=_("Mean place of what was opened"), sort_key="place"),
            DateColumn("last_asked", label=_("Last"), sort_key="last_asked"),
        ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Raises Http404 for who may not read it."""
        if not may_read_searches(request):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return self.order_queryset(with_opens(AskedQuery.objects.all()))


def may_read_searches(request: HttpRequest) -> bool:
    """What readers search for is for those who write: editors, stewards and administrators."""
    return bool(viewer_of(request).roles & {Role.EDITOR, Role.STEWARD, Role.ADMINISTRATOR})


def with_opens(asked: "QuerySet[AskedQuery]") -> "QuerySet[AskedQuery]":
    """Each search with how often a hit was opened, in hundredths of its times as well, and at which place on average.

    Words that are asked again and again by filters and pages are counted once, so what is opened may be more.
    """
    of_it = OpenedHit.objects.filter(query=OuterRef("pk")).order_by().values("query")
    opens = of_it.annotate(number=Sum("times")).values("number")
    places = of_it.annotate(sum=Sum(F("times") * F("position"))).values("sum")
    counted = asked.annotate(opens=Coalesce(Subquery(opens, output_field=IntegerField()), 0))
    return counted.annotate(
        share=Least(F("opens") * 100 / F("times"), 100, output_field=IntegerField()),
        place=Round(
            Cast(Subquery(places, output_field=IntegerField()), FloatField()) / Cast(F("opens"), FloatField()), 1
        ),
    )


class MissedFilter(WagtailFilterSet):
    """By how often it was asked in vain, and whether not even some of the words were found."""

    missed = django_filters.NumberFilter(label=gettext_lazy("Asked at least"), lookup_expr="gte")
    empty = django_filters.ChoiceFilter(
        label=gettext_lazy("Found"),
        method="by_empty",
        choices=[("nothing", gettext_lazy("Nothing")), ("some", gettext_lazy("Some of the words"))],
    )

    class Meta:
        model = AskedQuery
        fields = ["missed", "empty"]

    def by_empty(self, found: Any, name: str, value: str) -> Any:
        return found.filter(empty__gt=0) if value == "nothing" else found.filter(empty=0)


class AnswerColumn(Column):
    """Terms that may be meant, each with a button that gives it the words as a label."""

    cell_template_name = "search/admin/answer_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> Any:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"row": instance, "request": parent_context["request"]}


@method_decorator(for_readers, name="dispatch")
class UnansweredReport(StewardReport):
    """What was searched for in the last season, and nothing has all of its words; what found nothing at all first."""

    model = AskedQuery
    page_title = gettext_lazy("Searches without results")
    header_icon = "search"
    filterset_class = MissedFilter
    index_url_name = "search_unanswered"
    index_results_url_name = "search_unanswered_results"
    default_ordering = "-empty"
    search_fields = ["text", "normalised"]
    export_filename = "searches-without-results"
    list_export = ["text", "empty", "missed", "first_asked", "last_asked"]
    export_headings = {"empty": gettext_lazy("Nothing found"), "missed": gettext_lazy("Not all words found")}
    custom_field_preprocess = {"text": AS_TEXT}

    @property
    def columns(self) -> list[Any]:
        return [
            Column("text", label=_("Searched for"), sort_key="text"),
            NumberColumn("empty", label=_("Nothing found"), sort_key="empty"),
            NumberColumn("missed", label=_("Not all words found"), sort_key="missed"),
            DateColumn("last_asked", label=_("Last"), sort_key="last_asked"),
            AnswerColumn("near", label=_("Give these words to a term as a label")),
        ]

    def get_queryset(self) -> Any:
        ordered = self.order_queryset(AskedQuery.objects.filter(missed__gt=0))
        # Most found nothing equally often.
        return ordered.order_by(*ordered.query.order_by, "-missed", "normalised")

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
    row = get_object_or_404(AskedQuery, pk=pk, missed__gt=0)
    concept = get_object_or_404(Concept, pk=id_in(request.POST.get("concept", "")))
    try:
        with history.acting(by_id=viewer_of(request).user_id):
            services.add_label(concept, LabelSpec(row.text))
    except VocabularyError as error:
        messages.error(request, error.messages[0])
    else:
        AskedQuery.objects.filter(pk=row.pk).update(missed=0, empty=0)
        messages.success(
            request, _("“%(text)s” is a label of “%(title)s” now.") % {"text": row.text, "title": concept.title}
        )
    return redirect(reverse("search_unanswered"))

"""A scheme as a tree, one level at a time: the narrower concepts are read when a branch is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from taxonomy import access, choosing
from taxonomy.models import Ancestry, BroaderLink, Concept, Scheme, Status
from taxonomy.stewarding.doors import for_readers
from taxonomy.text import clean_line

ROWS = 200
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way down to an open branch."""

    title: str
    url: str


@for_readers
def schemes(request: HttpRequest) -> HttpResponse:
    """All schemes with the number of their concepts: one query."""
    living = Count("concepts", filter=~Q(concepts__status=Status.DEPRECATED))
    context = {**page_furniture(_("Vocabulary")), "schemes": Scheme.objects.annotate(living=living)}
    return TemplateResponse(request, "taxonomy/stewarding/schemes.html", context)


@for_readers
def tree(request: HttpRequest, slug: str) -> HttpResponse:
    """The top concepts of a scheme, or with `below` those below a concept, or with `q` those found: five queries."""
    scheme = get_object_or_404(Scheme, slug=slug)
    query = clean_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    below = _below(request, scheme)
    found = Paginator(_level(scheme, below, query), ROWS).get_page(request.GET.get("page"))
    context = {
        **page_furniture(scheme.title, Crumb(_("Vocabulary"), reverse("vocabulary_schemes"))),
        "scheme": scheme,
        "schemes": Scheme.objects.only("slug", "title", "order"),
        "below": below,
        "way": _way(scheme, below) if below else (),
        "query": query,
        "found": found,
        "rows": found.object_list,
        "can_settle": access.can_settle(request.user),
    }
    return TemplateResponse(request, "taxonomy/stewarding/tree.html", context)


@for_readers
def branch(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows directly below a concept, to be put into the open tree: three queries."""
    concept = get_object_or_404(Concept.objects.select_related("scheme"), pk=pk)
    rows = _level(concept.scheme, concept, "")
    context = {
        "scheme": concept.scheme,
        "below": concept,
        "rows": rows[:ROWS],
        "more": max(0, rows.count() - ROWS),
        "can_settle": access.can_settle(request.user),
    }
    return TemplateResponse(request, "taxonomy/stewarding/partials/rows.html", context)


def _below(request: HttpRequest, scheme: Scheme) -> Concept | None:
    """The concept whose branch is asked for. Raises Http404 for one that the scheme has not."""
    pk = request.GET.get("below", "")
    if not pk:
        return None
    if not (pk.isascii() and pk.isdecimal() and int(pk[:20]) <= choosing.LARGEST):
        raise Http404
    return get_object_or_404(Concept, pk=int(pk), scheme=scheme)


def _level(scheme: Scheme, below: Concept | None, query: str) -> "QuerySet[Concept, Any]":
    found: QuerySet[Concept, Any] = Concept.objects.filter(scheme=scheme)
    if query:
        near = [choice.pk for choice in choosing.search(query, [scheme.slug])]
        place = Case(
            *(When(pk=pk, then=Value(at)) for at, pk in enumerate(near)), default=0, output_field=IntegerField()
        )
        found = found.filter(pk__in=near).order_by(place)
    elif below is not None:
        found = _ordered(found.filter(broader_links__broader=below), scheme)
    else:
        # What was merged or retired holds no place, unless something still stands below it.
        narrower = BroaderLink.objects.filter(broader=OuterRef("pk"))
        on_top = ~Exists(BroaderLink.objects.filter(concept=OuterRef("pk")))
        found = _ordered(found.filter(on_top).filter(~Q(status=Status.DEPRECATED) | Exists(narrower)), scheme)
    return found.annotate(narrower=Count("narrower_links", distinct=True))


def _ordered(found: "QuerySet[Concept, Any]", scheme: Scheme) -> "QuerySet[Concept, Any]":
    return found.order_by(*(["order"] if scheme.is_ordered else []), F("title"), "pk")


def _way(scheme: Scheme, concept: Concept) -> Iterable[Crumb]:
    """From the top down to `concept`, by what is above it: one query. With several ways up, all are in one line."""
    url = reverse("vocabulary_tree", args=[scheme.slug])
    above = Ancestry.objects.filter(concept=concept).order_by("-depth", "ancestor__title")
    steps = [*above.values_list("ancestor__title", "ancestor_id"), (concept.title, concept.pk)]
    return [Crumb(title, f"{url}?below={pk}") for title, pk in steps]


def page_furniture(title: str, *above: Crumb) -> dict[str, Any]:
    """What Wagtail's page furniture asks for."""
    crumbs = [Crumb(_("Home"), reverse("wagtailadmin_home")), *above, Crumb(title, "")]
    return {
        "header_title": title,
        "page_title": title,
        "header_icon": "tag",
        "breadcrumbs_items": [{"url": crumb.url, "label": crumb.title} for crumb in crumbs],
    }

"""Serves the pages of the tree: finds the page of an address and its gate with one query, and asks the gate.

Wagtail's own view asks once for each step of the address, and again for the view restrictions of all ancestors, which
the gate already sums up (docs/decisions/0001-one-gate-per-page.md).
"""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Page, Site

from portal.core.prepared import prepared
from portal.core.viewer import viewer_of

# No page is deeper; an address with more steps is not ours, and no query is made for it.
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Found:
    """The page that answers an address: which row of which class, its audience if it has a gate, and what is left."""

    pk: int
    content_type_id: int
    audience_id: int | None
    rest: list[str]


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with the page at `path` ("cases/service-canada/"), or by the page that takes the rest of the address.

    Raises Http404 where there is no live page, and in the same way where the viewer is not admitted to it.
    """
    steps = [step for step in path.split("/") if step]
    if len(steps) > DEEPEST:
        raise Http404
    found = find(steps)
    if found.audience_id not in viewer_of(request).audiences:
        raise Http404
    page, args, kwargs = page_of(found).route(request, found.rest)
    refusal: HttpResponseBase | None = page.check_request_method(request)
    return refusal or page.serve(request, *args, **kwargs)


def find(steps: list[str]) -> Found:
    """The deepest page on the way that `steps` name. Raises Http404 if not even the site's root is there."""
    addresses = ["".join(f"{step}/" for step in steps[:depth]) for depth in range(len(steps) + 1)]
    for pk, content_type_id, url_path, audience_id in _deepest(steps, addresses):
        depth = len([step for step in url_path.split("/") if step]) - 1
        return Found(pk, content_type_id, audience_id, steps[depth:])
    raise Http404


def page_of(found: Found) -> Page:
    """The page as an instance of its own class. Raises Http404 if it was deleted meanwhile."""
    model = ContentType.objects.get_for_id(found.content_type_id).model_class() or Page
    for page in _instance(model, found.pk):
        return page
    raise Http404


@prepared
def _deepest(steps: list[str], addresses: list[str]) -> "QuerySet[Page, tuple[int, int, str, int | None]]":
    """`addresses` are relative to the site's root."""
    root = Site.objects.filter(is_default_site=True).order_by("pk")
    root_path = Subquery(root.values("root_page__url_path")[:1])
    root_slug = Subquery(root.values("root_page__slug")[:1])
    return (
        # The slug has an index and the address has none.
        Page.objects.filter(slug__in=[root_slug, *steps])
        .filter(url_path__in=[Concat(root_path, Value(address)) for address in addresses])
        .order_by("-depth")
        .values_list("pk", "content_type_id", "url_path", "gate__audience_id")[:1]
    )


@prepared
def _instance(model: type[Page], pk: int) -> "QuerySet[Page, Page]":
    return model._default_manager.filter(pk=pk)

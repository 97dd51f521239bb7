"""Serves the pages of the tree: finds the page of an address and its gate with one query, and asks the gate.

Wagtail's own view asks once for each step of the address, and again for the view restrictions of all ancestors, which
the gate already sums up (docs/decisions/0001-one-gate-per-page.md).
"""

from django.db.models import F, Subquery, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Page, Site

from portal.core.viewer import viewer_of

# No page is deeper; an address with more steps is not ours, and no query is made for it.
DEEPEST = 12


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with the page at `path` ("cases/service-canada/"), or by the page that takes the rest of the address.

    Raises Http404 where there is no live page, and in the same way where the viewer is not admitted to it.
    """
    steps = [step for step in path.split("/") if step]
    if len(steps) > DEEPEST:
        raise Http404
    page, rest = find(steps)
    if page.audience not in viewer_of(request).audiences:
        raise Http404
    found, args, kwargs = page.specific.route(request, rest)
    response: HttpResponseBase = found.serve(request, *args, **kwargs)
    return response


def find(steps: list[str]) -> tuple[Page, list[str]]:
    """The deepest page on the way that `steps` name, with its `audience` id, and the steps that are left.

    Raises Http404 if not even the site's root is there.
    """
    root = Site.objects.filter(is_default_site=True).order_by("pk")
    root_path = Subquery(root.values("root_page__url_path")[:1])
    root_slug = Subquery(root.values("root_page__slug")[:1])
    addresses = ["".join(f"{step}/" for step in steps[:depth]) for depth in range(len(steps) + 1)]
    pages = (
        # The slug has an index and the address has none.
        Page.objects.filter(slug__in=[root_slug, *steps])
        .filter(url_path__in=[Concat(root_path, Value(address)) for address in addresses])
        .annotate(audience=F("gate__audience_id"))
        .order_by("-depth")
    )
    page = pages.first()
    if page is None:
        raise Http404
    return page, steps[len([step for step in page.url_path.split("/") if step]) - 1 :]

"""Where Wagtail asks the portal: a page that the viewer may not see is answered as if it did not exist."""

from typing import Any

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.models import Page

from portal.core.models import PageGate
from portal.core.viewer import viewer_of


@hooks.register("before_serve_page", order=-100)
def hide_what_is_not_visible(page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Raises Http404, never a redirect to a sign-in page: forbidden and missing look the same."""
    gate = PageGate.objects.filter(page_id=page.pk, audience_id__in=viewer_of(request).audiences)
    if not gate.exists():
        raise Http404

"""Calendar files and feeds: what calendar programs fetch, narrowed by who asks at each request."""

import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from portal.core.serving import find, page_of
from portal.core.viewer import VISITOR, viewer_for, viewer_of
from portal.events import ics, listings
from portal.events.models import EventPage, Registration
from portal.events.presenting_page import viewer_registration
from portal.events.tokens import owner_of

# What holds private words is kept by no cache on its way.
PRIVATE = "private, no-store"


@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """GET /events.ics: what everybody may see, whoever asks."""
    name = _("%(portal)s: events") % {"portal": settings.PORTAL_NAME}
    return _answer(request, listings.feed(VISITOR), name)


@require_safe
def of_section(request: HttpRequest, page_id: int) -> HttpResponse:
    """GET /events/group/<page id>.ics: the section's events that the one who asks may see."""
    viewer = viewer_of(request)
    section = next((page for page in listings.sections(viewer) if page.pk == page_id), None)
    if section is None:
        raise Http404
    name = f"{settings.PORTAL_NAME}: {section.title}"
    entries = listings.feed(viewer, below=section.path)
    return _answer(request, entries, name, private=viewer.is_member)


@require_safe
def of_member(request: HttpRequest, token: str) -> HttpResponse:
    """GET /events/mine/<token>.ics: all that its owner may see at this moment."""
    owner = owner_of(token)
    if owner is None:
        raise Http404
    name = _("%(portal)s: my events") % {"portal": settings.PORTAL_NAME}
    return _answer(request, listings.feed(viewer_for(owner)), name, private=True)


@require_safe
def of_event(request: HttpRequest, path: str) -> HttpResponse:
    """GET <address of an event>event.ics"""
    viewer = viewer_of(request)
    steps = [step for step in path.split("/") if step]
    found = find(steps)
    page: Page | None = page_of(found) if found.audience_id in viewer.audiences and not found.rest else None
    if not isinstance(page, EventPage) or not page.live:
        raise Http404
    own = viewer_registration(page.pk, viewer)
    taken = {page.pk: page.join_link} if own and own.state == Registration.State.REGISTERED else {}
    values = listings.entry_values(EventPage.objects.visible(viewer).filter(pk=page.pk))
    response = _answer(request, (listings.entry_of(row, taken) for row in values), private=viewer.is_member)
    response.headers["Content-Disposition"] = f'attachment; filename="{page.slug}.ics"'
    return response


def _answer(
    request: HttpRequest, entries: Iterable[ics.Entry], name: str = "", *, private: bool = False
) -> HttpResponse:
    """The calendar, or that the program has it already (304)."""
    body = ics.calendar(entries, name)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    asked = request.headers.get("If-None-Match", "")
    known = etag in asked or asked.strip() == "*"
    response = HttpResponseNotModified() if known else HttpResponse(body, content_type=ics.CONTENT_TYPE)
    response.headers["ETag"] = etag
    if private:
        response.headers["Cache-Control"] = PRIVATE
    return response

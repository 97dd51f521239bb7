"""Events in the admin: the way to their registrations, and what a lead should know after saving."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from portal.core.urlpaths import page_url
from portal.events import timing
from portal.events.models import EventPage, Registration


@hooks.register("register_page_header_buttons")
def registrations_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Above an event: who comes. The list stands on the portal itself, where leads who are no editors see it too."""
    event = page.specific_deferred
    if isinstance(event, EventPage) and event.takes_registrations and event.permissions_for_user(user).can_edit():
        yield Button(_("Registrations"), f"{page_url(event)}registrations/", icon_name="group", priority=60)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_that_it_occurs_twice(request: HttpRequest, page: Page) -> None:
    """A time that the clocks show twice is taken for the first one unless the lead says otherwise: say so."""
    if isinstance(page, EventPage) and (sentence := timing.occurs_twice(page)):
        messages.warning(request, sentence)


@hooks.register("before_delete_page")
def keep_who_registered(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A coming event with registrations cannot be deleted, nor what is above it: those who come must hear of it."""
    expecting = Registration.objects.active().filter(
        event__path__startswith=page.path, event__ends_at__gt=timezone.now(), event__cancelled=False, event__live=True
    )
    if not expecting.exists():
        return None
    messages.error(request, _("Members have registered here. Cancel the event first, so that they are told."))
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))

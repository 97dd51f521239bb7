"""What a member does by one press of a button: POST only, then back to the event."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.signing_in import member_of, to_sign_in
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.events import access, services
from portal.events.models import EventPage, Registration
from portal.events.presenting_page import viewer_registration


def register(request: HttpRequest, page: EventPage) -> HttpResponse:
    """POST …/register/"""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = page_url(page)
    if not access.can_register(viewer_of(request)):
        return to_sign_in(back)
    try:
        registration, made = services.register(page, member_of(request))
    except EventPage.DoesNotExist as error:
        raise Http404 from error
    except services.RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    if registration.is_waiting:
        messages.info(request, _("All places are taken, so you wait in line. We shall mail you when one is free."))
    elif made:
        messages.success(request, _("You are registered. A mail with the calendar file is on its way."))
    else:
        messages.info(request, _("You were registered already."))
    return redirect(back)


def cancel(request: HttpRequest, page: EventPage) -> HttpResponse:
    """POST …/cancel/: asks once more, because the place is somebody else's at once."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back, viewer = page_url(page), viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(back)
    registration = viewer_registration(page.pk, viewer)
    has_place = registration is not None and registration.state != Registration.State.CANCELLED
    if has_place and request.POST.get("sure") != "yes":
        return render(request, "events/cancel_sure.html", {"page": page, "url": back, "registration": registration})
    if services.cancel(page, member_of(request)):
        was_waiting = registration is not None and registration.state == Registration.State.WAITING
        messages.success(
            request,
            _("You are no longer on the waiting list.")
            if was_waiting
            else _("You are no longer registered. Somebody else can have your place."),
        )
    else:
        messages.info(request, _("There was nothing to cancel."))
    return redirect(back)

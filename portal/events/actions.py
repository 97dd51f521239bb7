"""What a member does by one press of a button: POST only, then back to the event."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts.signing_in import member_of, to_sign_in
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.events import access, services
from portal.events.models import EventPage


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
    """POST …/cancel/"""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = page_url(page)
    if not viewer_of(request).is_member:
        return to_sign_in(back)
    if services.cancel(page, member_of(request)):
        messages.success(request, _("You are no longer registered. Somebody else can have your place."))
    else:
        messages.info(request, _("There was nothing to cancel."))
    return redirect(back)

"""What a member takes part in, and the address at which a calendar program finds it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.signing_in import member_of, to_sign_in
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.events import calendar_addresses, listings
from portal.events.models import EventIndexPage
from portal.events.tokens import token_of


def my_events(request: HttpRequest, index: EventIndexPage) -> HttpResponse:
    """GET /events/mine/"""
    viewer = viewer_of(request)
    if viewer.user_id is None:
        return to_sign_in(f"{page_url(index)}mine/")
    now = timezone.now()
    rows = listings.mine(viewer)
    address = calendar_addresses.of(viewer.user_id)
    context = {
        "page": index,
        "index_url": page_url(index),
        "rows": [row for row in rows if row.ends_at > now],
        "past_rows": [row for row in reversed(rows) if row.ends_at <= now],
        "address": request.build_absolute_uri(reverse("events_of_member", args=[token_of(address)]))
        if address and address.active
        else "",
        "number": address.number if address else 0,
    }
    response = render(request, "events/mine.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def change_address(request: HttpRequest, index: EventIndexPage) -> HttpResponse:
    """POST /events/mine/address/ with do=new|off and the number of the address that was shown."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = f"{page_url(index)}mine/"
    if not viewer_of(request).is_member:
        return to_sign_in(back)
    user, shown = member_of(request), request.POST.get("number", "")
    if request.POST.get("do") == "off":
        changed = calendar_addresses.switch_off(user, shown)
        said = _("The address no longer works.")
    else:
        changed = calendar_addresses.renew(user, shown)
        said = _("Here is your new address. An earlier one no longer works.")
    if changed:
        messages.success(request, said)
    return redirect(f"{back}#address")

"""The list of those who come, for those who run the event; for everybody else it is not there."""

import csv

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.core.references import resolve
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.events import access, services
from portal.events.models import EventPage, Registration

PAGE_SIZE = 100
# A cell that begins so is run as a formula by spreadsheet programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def registrations(request: HttpRequest, page: EventPage) -> HttpResponse:
    """GET …/registrations/[?page=n]"""
    access.check_manage(request, page)
    found = Registration.objects.active().filter(event=page).select_related("user").in_order()
    page_obj = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    links = resolve("member", [str(row.user_id) for row in page_obj], viewer_of(request))
    rows = [(row, links.get(str(row.user_id))) for row in page_obj]
    counts = found.order_by().aggregate(
        registered=Count("pk", filter=Q(state=Registration.State.REGISTERED)),
        waiting=Count("pk", filter=Q(state=Registration.State.WAITING)),
    )
    context = {
        "page": page,
        "event_url": page_url(page),
        "page_obj": page_obj,
        "rows": rows,
        **counts,
    }
    return render(request, "events/registrations.html", context)


def export(request: HttpRequest, page: EventPage) -> HttpResponse:
    """GET …/registrations/export/: the same as CSV, in UTF-8 with a mark that spreadsheet programs need."""
    access.check_manage(request, page)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{page.slug}-registrations.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("Order"), _("Name"), _("Affiliation"), _("Organisation"), _("State"), _("Since")])
    found = Registration.objects.active().filter(event=page).select_related("user").in_order()
    for number, row in enumerate(found, start=1):
        words = (row.user.name, row.user.get_affiliation_display(), row.user.organisation, row.get_state_display())
        since = row.registered_at or row.created_at
        writer.writerow([number, *(safe_cell(word) for word in words), since.isoformat(timespec="minutes")])
    return response


def safe_cell(text: str) -> str:
    """`text` as a cell that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


def remove(request: HttpRequest, page: EventPage, pk: int) -> HttpResponse:
    """POST …/registrations/<pk>/remove/"""
    access.check_manage(request, page)
    found = Registration.objects.filter(pk=pk, event=page).select_related("user").first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if services.remove(found):
        messages.success(request, _("%s has been taken off the list and is told by mail.") % found.user.name)
    else:
        messages.info(request, _("Nothing to change: the registration was cancelled before."))
    return redirect(f"{page_url(page)}registrations/")

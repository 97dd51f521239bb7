"""What members see of moderation: the form to report something, what came of it, and what was done with their words."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.signing_in import member_of
from portal.core import ratelimit
from portal.core.viewer import viewer_of
from portal.moderation import forms, kinds, listings, services, trail, wording
from portal.moderation.models import Act, Case

REPORTS_AN_HOUR = 10
HOUR = 3600


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """GET and POST /moderation/report/<kind>/<key>/: why something should be looked at."""
    viewer = viewer_of(request)
    thing = kinds.found(kind, key, viewer)
    if thing is None or thing.author_id == viewer.user_id:
        raise Http404
    form = forms.ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _may_report(request, form):
        cleaned = form.cleaned_data
        _report, made = services.report(thing, member_of(request), cleaned["reason"], cleaned["words"])
        if made:
            messages.success(request, _("Thank you. A moderator looks at it, and you hear what came of it."))
        else:
            messages.info(request, _("You have reported this before; a moderator has yet to look at it."))
        return redirect(thing.url)
    return render(request, "moderation/report.html", {"thing": thing, "form": form})


def _may_report(request: HttpRequest, form: forms.ReportForm) -> bool:
    who = f"member {viewer_of(request).user_id}"
    if ratelimit.allowed(request, "moderation-report", REPORTS_AN_HOUR, HOUR, who=who):
        return True
    form.add_error(None, _("You have reported much within the hour. Your words are still below: try again later."))
    return False


@never_cache
@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """GET /moderation/reports/: what the member reported, and what came of it."""
    viewer = viewer_of(request)
    found = listings.reports_of(member_of(request).pk)
    page_obj = Paginator(found, listings.ON_A_PAGE).get_page(request.GET.get("page"))
    cases = [(row.case.kind, row.case.key) for row in page_obj.object_list]
    things = kinds.found_many(cases, viewer)
    rows = [(row, things.get(case), _state(row.case)) for row, case in zip(page_obj.object_list, cases, strict=True)]
    return render(request, "moderation/reports.html", {"page_obj": page_obj, "rows": rows})


def _state(case: Case) -> str:
    return wording.settled(case) if case.settled_at else _("waits for a moderator.")


@never_cache
@login_required
@require_safe
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /moderation/outcomes/<act>/: what was done, for a member whom it concerns."""
    act = get_object_or_404(Act, pk=pk)
    viewer = viewer_of(request)
    own = trail.concerned(act)
    if viewer.user_id is None or viewer.user_id not in own:
        raise Http404
    context = {
        "act": act,
        "sentence": wording.outcome(act, viewer.user_id),
        "thing": kinds.found(*own[viewer.user_id], viewer),
    }
    return render(request, "moderation/outcome.html", context)

"""The two pages around a problem report."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import ratelimit
from portal.core.problems import services
from portal.core.problems.forms import ProblemForm, own_address
from portal.core.viewer import viewer_of

REPORTS_PER_HOUR = 6
HOUR = 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form. What a robot sends gets the same answer as a report, and goes nowhere."""
    form = ProblemForm(request.POST or None, initial={"page": own_address(request.GET.get("page", ""))})
    if request.method != "POST" or not form.is_valid():
        page = own_address(request.POST.get("page", "")) if request.method == "POST" else form.initial["page"]
        return _form(request, form, page)
    typed = form.cleaned_data
    if not typed["trap"]:
        if not ratelimit.allowed(request, "problem-report", REPORTS_PER_HOUR, HOUR):
            form.add_error(None, _("Many reports came from here within the hour. Please try again later."))
            return _form(request, form, typed["page"], status=429)
        services.report(page=typed["page"], message=typed["message"], email=typed["email"], viewer=viewer_of(request))
    return redirect(f"{reverse('report_thanks')}?{urlencode({'page': typed['page']})}")


def _form(request: HttpRequest, form: ProblemForm, page: str, status: int = 200) -> HttpResponse:
    context = {"form": form, "page_address": page, "contact": settings.PORTAL_CONTACT}
    return render(request, "core/problems/form.html", context, status=status)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Says that the report arrived, and leads back."""
    return render(request, "core/problems/thanks.html", {"page_address": own_address(request.GET.get("page", ""))})

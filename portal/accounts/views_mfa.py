"""allauth's views of the second factor, where the portal does a little more."""

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, ViewRecoveryCodesView
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from portal.accounts import history, second_factor


@method_decorator(never_cache, name="dispatch")
class SecondFactorView(IndexView):
    """The factors of an account. Remembers where the member was going, so that setting one up leads on to it."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        back = second_factor.safe_way_back(request)
        if back:
            request.session[second_factor.WAY_BACK] = back
        return super().get(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesView(ViewRecoveryCodesView):
    """Shows the codes that are left, and writes down that it did."""

    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        history.record(self.request.user.pk, "codes_viewed", request=self.request)
        return context


class RecoveryCodesFileView(DownloadRecoveryCodesView):
    """The same as a file."""

    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        history.record(self.request.user.pk, "codes_viewed", request=self.request)
        return context

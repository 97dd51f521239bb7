"""The account page, and the two places where allauth's own views do more on GET than a link in a mail should."""

from typing import Any

from allauth.account.views import ConfirmEmailView as AllauthConfirmEmailView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.models import User
from portal.accounts.profile import ProfileForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The member's own page: what others see of them, and the way to address, password and sessions."""
    # Of its own, so that a refused name does not stand in the masthead.
    member = get_object_or_404(User, pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts_profile")
    return render(request, "accounts/profile.html", {"form": form, "email": member.email})


class ConfirmEmailView(AllauthConfirmEmailView):
    """The page behind the link in a confirmation mail. Nothing changes, nobody is signed out, until its button is."""

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


def no_such_door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Wagtail's shared passwords are not in use: an audience is "signed in" or "certain groups"."""
    raise Http404

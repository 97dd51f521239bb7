"""The account page, its history, and the places where a browser comes from a letter."""

from typing import Any

from allauth.account.views import ConfirmEmailView as AllauthConfirmEmailView
from allauth.account.views import SignupView as AllauthSignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import admission, history, querysets, services
from portal.accounts.signing_in import member_of
from portal.accounts.tokens import open_invitation
from portal.core.viewer import viewer_of

EVENTS_PER_PAGE = 50


@never_cache
@login_required
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """The member's own page: who they are to others, and the way to address, password and sessions.

    What others see is changed in one place, the room of members, which knows who sees what.
    """
    member = member_of(request)
    return render(request, "accounts/profile.html", {"member": member, "factors": querysets.factors_of(member.pk)})


@never_cache
@login_required
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What was done with the member's account, the latest first."""
    found = querysets.events_of(int(request.user.pk or 0))
    page_obj = Paginator(found, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    page_obj.object_list = list(page_obj.object_list)
    history.name_things(page_obj.object_list, viewer_of(request))
    return render(request, "accounts/history.html", {"page_obj": page_obj})


class ConfirmEmailView(AllauthConfirmEmailView):
    """The page behind the link in a confirmation mail. Nothing changes, nobody is signed out, until its button is."""

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


class SignupView(AllauthSignupView):
    """Sign-up, with what an invitation knows filled in."""

    def get_initial(self) -> dict[str, Any]:
        invitation = admission.invitation_of(self.request)
        known = {"email": invitation.email, "name": invitation.name} if invitation is not None else {}
        return {**super().get_initial(), **known}


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link in an invitation leads to sign-up; with an account, to signing in, which accepts it.

    It changes nothing but what this browser is remembered for: programs that look into mail follow links too.
    """
    found = open_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_over.html", status=404)
    if request.user.is_authenticated:
        if services.accept_own_invitation(found, request.user.pk):
            messages.success(request, _("You have accepted the invitation."))
        return redirect("/")
    if admission.has_account(found):
        return redirect(f"/accounts/login/?next={request.path}")
    admission.remember_invitation(request, found)
    return redirect("account_signup")


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Says that an administrator looks at new accounts. The same for everybody who opens it."""
    return render(request, "accounts/waiting.html")


def no_such_door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Wagtail's shared passwords are not in use: an audience is "signed in" or "certain groups"."""
    raise Http404

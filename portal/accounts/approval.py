"""The list of those who asked for an account, in the admin: let in or decline, one by one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem

from portal.accounts import querysets, services

PERMISSION = "accounts.change_waitingaccount"


class WaitingMenuItem(MenuItem):
    """Shown to whoever decides on accounts."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


def check_may_decide(request: HttpRequest) -> None:
    """Raises Http404 for who may not decide on accounts."""
    if not request.user.has_perm(PERMISSION):
        raise Http404


@require_safe
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Everybody who waits and has confirmed their address, the longest first."""
    check_may_decide(request)
    context: dict[str, Any] = {
        "waiting": querysets.waiting_accounts(),
        "header_title": _("Waiting for approval"),
        "page_title": _("Waiting for approval"),
        "header_icon": "user",
    }
    return render(request, "accounts/approval.html", context)


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Let the account in, or decline it. Deciding twice changes nothing."""
    check_may_decide(request)
    waiting = querysets.waiting_accounts().filter(pk=pk).first()
    if waiting is None:
        messages.warning(request, _("This has been decided already."))
        return redirect("accounts_waiting_list")
    name = str(waiting.user)
    if decision == "approve" and services.approve(waiting):
        messages.success(request, _("%(name)s may sign in now and is told by mail.") % {"name": name})
    elif decision == "decline" and services.decline(waiting):
        messages.success(
            request, _("%(name)s is declined: the account is deleted and its owner told.") % {"name": name}
        )
    return redirect("accounts_waiting_list")


def menu_item() -> WaitingMenuItem:
    """For the admin's menu."""
    return WaitingMenuItem(
        _("Waiting for approval"),
        reverse("accounts_waiting_list"),
        name="waiting-accounts",
        icon_name="user",
        order=890,
    )

"""Where Wagtail's admin shows accounts: those that wait for approval."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, re_path
from wagtail import hooks

from portal.accounts import approval


@hooks.register("register_admin_urls")
def approval_urls() -> list[URLPattern]:
    return [
        path("waiting-accounts/", approval.waiting_list, name="accounts_waiting_list"),
        re_path(
            r"^waiting-accounts/(?P<pk>\d{1,18})/(?P<decision>approve|decline)/$",
            approval.decide,
            name="accounts_decide",
        ),
    ]


@hooks.register("register_admin_menu_item")
def waiting_accounts() -> approval.WaitingMenuItem:
    return approval.menu_item()


@hooks.register("register_permissions")
def waiting_account_permissions() -> "QuerySet[Permission]":
    """Lets administrators say in a group's form who decides on accounts."""
    return Permission.objects.filter(content_type__app_label="accounts", codename="change_waitingaccount")

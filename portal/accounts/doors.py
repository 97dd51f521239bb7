"""Every other log-in and password address of Wagtail leads to the one door. Stands before Wagtail's patterns."""

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from portal.accounts.views import no_such_door

_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns: list[URLPattern] = [
    path("admin/login/", _sign_in, name="door_admin_login"),
    re_path(
        r"^admin/password_reset/(?:.*)$",
        RedirectView.as_view(url="/accounts/password/reset/"),
        name="door_admin_password_reset",
    ),
    path("_util/login/", _sign_in, name="door_util_login"),
    path("_util/authenticate_with_password/<id:restriction>/<id:page>/", no_such_door, name="door_page_password"),
    path("documents/authenticate_with_password/<id:restriction>/", no_such_door, name="door_document_password"),
]

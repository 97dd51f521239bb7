"""/accounts/…: the account page, and allauth for everything else."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from portal.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.profile, name="accounts_profile"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.ConfirmEmailView.as_view(), name="account_confirm_email"),
    path("", include("allauth.urls")),
]

"""/accounts/…: the account page, and allauth for everything else."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from portal.accounts import views, views_mfa

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.profile, name="accounts_profile"),
    path("history/", views.events, name="accounts_history"),
    path("waiting/", views.waiting, name="accounts_waiting"),
    path("invitation/<str:token>/", views.invitation, name="accounts_invitation"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.ConfirmEmailView.as_view(), name="account_confirm_email"),
    path("signup/", views.SignupView.as_view(), name="account_signup"),
    path("2fa/", views_mfa.SecondFactorView.as_view(), name="mfa_index"),
    path("2fa/recovery-codes/", views_mfa.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/download/", views_mfa.RecoveryCodesFileView.as_view(), name="mfa_download_recovery_codes"),
    path("", include("allauth.urls")),
]

"""Accounts and the one sign-in door."""

from tests.site.rows import DOOR, MEMBERS_ONLY, VISITORS_ONLY, Rows, Statuses

# A member without a factor has nothing to show or to take away.
NOTHING_YET: Statuses = (302, 404, 404, 404, 404, 404, 404, 404)
NO_CHANGE: Statuses = (302, 405, 405, 405, 405, 405, 405, 405)

ROWS: Rows = {
    "^admin/password_reset/(?:.*)$": ("/admin/password_reset/", DOOR, DOOR),
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": (
        "/_util/authenticate_with_password/1/1/",
        404,
        404,
    ),
    "_util/authenticate_with_password/<id:restriction>/<id:page>/": (
        "/_util/authenticate_with_password/1/1/",
        404,
        404,
    ),
    "_util/login/": ("/_util/login/", 302, 302),
    "accounts/": ("/accounts/", MEMBERS_ONLY, (302, 405, 405, 405, 405, 405, 405, 405)),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": ("/accounts/confirm-email/wrong-key/", 200, 404),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (
        "/accounts/password/reset/key/1-wrong/",
        200,
        200,
    ),
    # The second factor: changing it asks who is there once more, which is a redirect too.
    "accounts/2fa/": ("/accounts/2fa/", MEMBERS_ONLY, NO_CHANGE),
    "accounts/2fa/authenticate/": ("/accounts/2fa/authenticate/", 302, 302),
    "accounts/2fa/reauthenticate/": ("/accounts/2fa/reauthenticate/", 302, 302),
    "accounts/2fa/recovery-codes/": ("/accounts/2fa/recovery-codes/", NOTHING_YET, NO_CHANGE),
    "accounts/2fa/recovery-codes/download/": ("/accounts/2fa/recovery-codes/download/", NOTHING_YET, NOTHING_YET),
    "accounts/2fa/recovery-codes/generate/": ("/accounts/2fa/recovery-codes/generate/", 302, 302),
    "accounts/2fa/totp/activate/": ("/accounts/2fa/totp/activate/", 302, 302),
    "accounts/2fa/totp/deactivate/": ("/accounts/2fa/totp/deactivate/", NOTHING_YET, NOTHING_YET),
    "accounts/2fa/webauthn/": ("/accounts/2fa/webauthn/", MEMBERS_ONLY, NO_CHANGE),
    "accounts/2fa/webauthn/add/": ("/accounts/2fa/webauthn/add/", 302, 302),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": ("/accounts/2fa/webauthn/keys/1/edit/", 302, 302),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": ("/accounts/2fa/webauthn/keys/1/remove/", 302, 302),
    "accounts/2fa/webauthn/login/": ("/accounts/2fa/webauthn/login/", 302, 302),
    "accounts/2fa/webauthn/reauthenticate/": ("/accounts/2fa/webauthn/reauthenticate/", 302, 302),
    "accounts/confirm-email/": ("/accounts/confirm-email/", 200, 405),
    "accounts/email/": ("/accounts/email/", MEMBERS_ONLY, 302),
    "accounts/history/": ("/accounts/history/", MEMBERS_ONLY, NO_CHANGE),
    "accounts/invitation/<str:token>/": ("/accounts/invitation/1.nonsense/", 404, 405),
    "accounts/waiting/": ("/accounts/waiting/", 200, 405),
    "accounts/inactive/": ("/accounts/inactive/", 200, 405),
    "accounts/login/": ("/accounts/login/", VISITORS_ONLY, VISITORS_ONLY),
    "accounts/login/code/confirm/": ("/accounts/login/code/confirm/", 302, 302),
    "accounts/logout/": ("/accounts/logout/", MEMBERS_ONLY, 302),
    "accounts/password/change/": ("/accounts/password/change/", MEMBERS_ONLY, MEMBERS_ONLY),
    "accounts/password/reset/": ("/accounts/password/reset/", 200, 200),
    "accounts/password/reset/done/": ("/accounts/password/reset/done/", 200, 405),
    "accounts/password/reset/key/done/": ("/accounts/password/reset/key/done/", 200, 405),
    "accounts/password/set/": ("/accounts/password/set/", 302, 302),
    "accounts/reauthenticate/": ("/accounts/reauthenticate/", MEMBERS_ONLY, MEMBERS_ONLY),
    "accounts/sessions/": ("/accounts/sessions/", MEMBERS_ONLY, 302),
    "accounts/signup/": ("/accounts/signup/", VISITORS_ONLY, VISITORS_ONLY),
    "admin/login/": ("/admin/login/", DOOR, DOOR),
}

"""Accounts and the one sign-in door."""

from tests.site.rows import DOOR, MEMBERS_ONLY, VISITORS_ONLY, Rows

ROWS: Rows = {
    "^admin/password_reset/(?:.*)$": ("/admin/password_reset/", DOOR, DOOR),
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": (
        "/_util/authenticate_with_password/1/1/",
        404,
        404,
    ),
    "_util/authenticate_with_password/<int:restriction>/<int:page>/": (
        "/_util/authenticate_with_password/1/1/",
        404,
        404,
    ),
    "_util/login/": ("/_util/login/", 302, 302),
    "accounts/": ("/accounts/", MEMBERS_ONLY, MEMBERS_ONLY),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": ("/accounts/confirm-email/wrong-key/", 200, 404),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (
        "/accounts/password/reset/key/1-wrong/",
        200,
        200,
    ),
    "accounts/confirm-email/": ("/accounts/confirm-email/", 200, 405),
    "accounts/email/": ("/accounts/email/", MEMBERS_ONLY, 302),
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

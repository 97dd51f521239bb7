"""Who must prove a second factor, and whether this session did.

A factor is an authenticator app or a passkey; a recovery code stands in for one. A session that signed in by passkey
has proved two things at once: allauth asks for the device's own lock then.
"""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
WAY_BACK = "accounts_way_back"


class SecondFactorMissingError(Exception):
    """What was asked for is the member's to do, but not before this session has proved a second factor."""


def check(request: HttpRequest) -> None:
    """Ask for the second factor before something that the portal's staff and the leads of groups do outside the admin.

    Raises SecondFactorMissingError, which `SecondFactorMiddleware` answers by leading to where one is proved. Ask for
    permission first: to those who may not, what they asked for is not there.
    """
    if is_required(request) and not has_second_factor(request):
        raise SecondFactorMissingError


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the session's account has a factor and the session proved it. One query, none for visitors."""
    return has_proved_it(request) and is_set_up(request)


def has_proved_it(request: HttpRequest) -> bool:
    """Whether a factor, or a recovery code in its place, was given in this session. No query."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_set_up(request: HttpRequest) -> bool:
    """Whether the session's account has a factor. One query."""
    return Authenticator.objects.filter(user_id=request.user.pk, type__in=FACTORS).exists()


def is_required(request: HttpRequest) -> bool:
    """Whether the session's account may enter the admin only with a second factor."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and request.user.has_perm("wagtailadmin.access_admin")


def way_to_it(request: HttpRequest, back: str) -> str:
    """The address where what is missing is made good, by setting a factor up or proving it. Then on to `back`."""
    kinds = set(Authenticator.objects.filter(user_id=request.user.pk, type__in=FACTORS).values_list("type", flat=True))
    if Authenticator.Type.TOTP in kinds:
        name = "mfa_reauthenticate"
    else:
        name = "mfa_reauthenticate_webauthn" if kinds else "mfa_index"
    return f"{resolve_url(name)}?{urlencode({'next': back})}"


def safe_way_back(request: HttpRequest) -> str:
    """The address in `?next=`, if it is one of ours."""
    back = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe else ""

"""System checks of how accounts are made and guarded."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.accounts.admission import DOMAINS, MODES


@register(Tags.security)
def who_may_sign_up(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E003 and portal.E004: a limit on sign-up that is misspelt, or lets nobody in."""
    if settings.SIGNUP_MODE not in MODES:
        return [
            Error(f"SIGNUP_MODE is “{settings.SIGNUP_MODE}”: it must be one of {', '.join(MODES)}.", id="portal.E003")
        ]
    if settings.SIGNUP_MODE == DOMAINS and not settings.SIGNUP_DOMAINS:
        return [
            Error("SIGNUP_MODE is “domains” and SIGNUP_DOMAINS names none: nobody could sign up.", id="portal.E004")
        ]
    return []


@register(Tags.security, deploy=True)
def second_factor_is_required(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.W005: the admin opens to a password alone."""
    if settings.SECOND_FACTOR_REQUIRED:
        return []
    return [
        Warning("SECOND_FACTOR_REQUIRED is off: the admin opens to whoever has a password.", id="portal.W005"),
    ]

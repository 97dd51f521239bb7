"""An authenticator app, and a clock that stands still: no code lapses between its reading and its entering."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth


def hold_clock(patch: pytest.MonkeyPatch) -> None:
    """Let codes be checked by the clock as it is now: otherwise half a minute ends within a test now and then."""
    now = time.time()
    patch.setattr(auth, "time", SimpleNamespace(time=lambda: now))


def code_of(secret: str) -> str:
    """What an app with this key shows now."""
    (counter,) = auth.yield_hotp_counters_from_time()
    return auth.format_hotp_value(auth.hotp_value(secret, counter))

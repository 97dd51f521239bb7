"""What the account pages read."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from portal.accounts.models import AccountEvent, WaitingAccount


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has to prove a second factor with."""

    app: bool
    passkeys: int
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is a factor; recovery codes alone are none."""
        return self.app or self.passkeys > 0


def factors_of(user_id: int) -> Factors:
    """One query."""
    rows = list(Authenticator.objects.filter(user_id=user_id))
    kinds = [row.type for row in rows]
    codes = next((row.wrap() for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Factors(
        app=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        codes_left=len(codes.get_unused_codes()) if codes is not None else 0,
    )


def events_of(user_id: int) -> QuerySet[AccountEvent]:
    """What was done with the account, the latest first."""
    return AccountEvent.objects.filter(user_id=user_id).order_by("-at", "-pk")


def waiting_accounts() -> QuerySet[WaitingAccount]:
    """Accounts that wait for approval and whose address is confirmed, the longest waiting first."""
    waiting = WaitingAccount.objects.exclude(confirmed_at=None).filter(user__is_active=False)
    return waiting.select_related("user").order_by("confirmed_at")

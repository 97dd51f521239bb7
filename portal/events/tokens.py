"""The address of a member's own calendar.

A calendar program cannot sign in, so the address itself says whose calendar it is: the member's id and the number of
the address, signed with the portal's key. Nothing secret is stored, so the address can be shown again at any time and
is not lost with a copied database; counting the number up makes every older address a wrong one.
"""

from django.core.signing import BadSignature, Signer

from portal.accounts.models import User
from portal.events.models import CalendarAddress

LONGEST = 120


def _signer() -> Signer:
    return Signer(salt="portal.events.calendar", sep=".")


def token_of(address: CalendarAddress) -> str:
    return _signer().sign(f"{address.user_id}-{address.number}")


def owner_of(token: str) -> User | None:
    """Whose calendar the address with `token` is; None for a forged, revoked or abandoned one."""
    if len(token) > LONGEST:
        return None
    try:
        user_id, _dash, number = _signer().unsign(token).partition("-")
    except BadSignature:
        return None
    found = CalendarAddress.objects.select_related("user").filter(
        user=int(user_id), number=int(number), active=True, user__is_active=True
    )
    address = found.first()
    return address.user if address else None

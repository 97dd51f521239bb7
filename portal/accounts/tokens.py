"""The secret in an invitation's link: a signature over its number, made anew whenever it is needed, stored nowhere."""

from django.core.signing import BadSignature, Signer

from portal.accounts.models import Invitation

_signer = Signer(salt="portal.accounts.invitation")


def token_of(invitation: Invitation) -> str:
    """What the link to `invitation` ends with. Whoever has it can read the mail of that address."""
    return f"{invitation.pk}.{_signer.signature(_signed(invitation))}"


def open_invitation(token: str) -> Invitation | None:
    """The invitation whose link has `token`, while it can be accepted."""
    number, _dot, signature = token.partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    invitation = Invitation.objects.open().filter(pk=int(number)).first()
    if invitation is None:
        return None
    try:
        _signer.unsign(f"{_signed(invitation)}:{signature}")
    except BadSignature:
        return None
    return invitation


def _signed(invitation: Invitation) -> str:
    return f"{invitation.pk}-{invitation.email}"

"""Writes to accounts that allauth does not do itself."""

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.accounts.models import User


@transaction.atomic
def confirm_address(user: User) -> bool:
    """Make `user.email` the confirmed primary address. False if it was already, or if another account confirmed it."""
    if EmailAddress.objects.filter(email__iexact=user.email, verified=True).exclude(user=user).exists():
        return False
    if EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True, primary=True).exists():
        return False
    EmailAddress.objects.filter(user=user, primary=True).exclude(email__iexact=user.email).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )
    return True

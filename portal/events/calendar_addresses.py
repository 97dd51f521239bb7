"""Making and revoking the address of a member's own calendar."""

from django.db import transaction

from portal.accounts.models import User
from portal.events.models import CalendarAddress


def of(user_id: int) -> CalendarAddress | None:
    return CalendarAddress.objects.filter(user=user_id).first()


@transaction.atomic
def renew(user: User, shown: str) -> bool:
    """A new address; every earlier one is revoked. `shown` is the number that the member's form knew ("0" for none):
    False if it is not the current one, because the same form was sent before."""
    address, made = CalendarAddress.objects.select_for_update().get_or_create(user=user)
    if made:
        return True
    if str(address.number) != shown:
        return False
    address.number += 1
    address.active = True
    address.save()
    return True


@transaction.atomic
def switch_off(user: User, shown: str) -> bool:
    """Revoke the address for good. False if there was none, or not the one that was shown."""
    address = CalendarAddress.objects.select_for_update().filter(user=user, active=True).first()
    if address is None or str(address.number) != shown:
        return False
    address.active = False
    address.save()
    return True

"""What was done with an account, for its member to read: how signed in, what changed, from which kind of device.

No network address is kept, only the device in plain words ("Firefox on Windows"): enough to notice a stranger. Kept for
a year (see `prune`).
"""

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.devices import device
from portal.accounts.models import AccountEvent
from portal.core import references
from portal.core.viewer import Viewer

KEPT = timedelta(days=365)
LONGEST_DETAIL = 200

SIGNED_IN = "signed_in"
ACTIONS = {
    "signed_up": _("Account made"),
    SIGNED_IN: _("Signed in"),
    "sign_in_failed": _("Signing in failed"),
    "sessions_ended": _("Other sessions ended"),
    "password_changed": _("Password changed"),
    "password_reset": _("Password reset by mail"),
    "address_added": _("E-mail address added"),
    "address_changed": _("Main e-mail address changed"),
    "address_removed": _("E-mail address removed"),
    "address_confirmed": _("E-mail address confirmed"),
    "factor_added": _("Second factor set up"),
    "factor_removed": _("Second factor removed"),
    "codes_made": _("Recovery codes made"),
    "codes_viewed": _("Recovery codes shown"),
    "profile_changed": _("Profile changed"),
    "approved": _("Account approved"),
    "group_joined": _("Group joined"),
    "group_left": _("Group left"),
    "group_removed": _("Removed from a group by those who run it"),
}
# The detail of these is a key of `portal.core.references`, of this kind. It is looked up when the history is read: what
# its member may not see any more has no name there.
KINDS = {"group_joined": "group", "group_left": "group", "group_removed": "group"}


def record(user_id: int, action: str, detail: str = "", request: HttpRequest | None = None) -> None:
    """Write down that `action` was done with the account; `request`, if its member did it, tells the device.

    Rooms may use names of their own: give the sentence as `detail`, and it is shown instead of a name from `ACTIONS`.
    """
    agent = request.META.get("HTTP_USER_AGENT", "") if request is not None else ""
    AccountEvent.objects.create(
        user_id=user_id, action=action[:40], detail=detail[:LONGEST_DETAIL], device=device(agent)
    )


def name_things(events: Iterable[AccountEvent], viewer: Viewer) -> None:
    """Put in the place of keys what `viewer` may see of it, else nothing: one query for each kind, or none."""
    for kind in set(KINDS.values()):
        about = [event for event in events if KINDS.get(event.action) == kind]
        found = references.resolve(kind, {event.detail for event in about}, viewer)
        for event in about:
            event.detail = found[event.detail].title if event.detail in found else ""


def prune() -> str:
    """Forget what is older than a year. For the nightly tick."""
    gone, _rows = AccountEvent.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return f"events forgotten: {gone}"

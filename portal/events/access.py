"""Who may do what with an event. All functions expect an event that `visible(viewer)` gave: its gate has been passed.
`can_*` asks, `check_*` raises Http404: forbidden looks like missing."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import PagePermissionTester

from portal.accounts import second_factor
from portal.core.closing import is_closed
from portal.core.viewer import Role, Viewer, viewer_of
from portal.events.models import EventPage


def can_register(viewer: Viewer) -> bool:
    """Members register for every event that they can see."""
    return viewer.is_member


def why_not(event: EventPage, now: datetime | None = None) -> str:
    """A sentence that says why nobody can register now; "" while registration is open. One query at most."""
    now = now or timezone.now()
    if event.cancelled:
        return _("This event is cancelled.")
    if not event.takes_registrations:
        return _("Nobody needs to register for this event.")
    if event.has_begun(now):
        return _("This event has begun, or is over.")
    if event.registration_opens and now < event.registration_opens:
        return _("Registration is not open yet.")
    if now >= event.closes_at:
        return _("Registration has closed.")
    if is_closed(event):
        return _("The group is archived: its events take no more registrations.")
    return ""


def can_manage(request: HttpRequest, event: EventPage) -> bool:
    """Administrators, and whoever may edit the page: its group's leads, and editors. One query, or none."""
    viewer = viewer_of(request)
    if Role.ADMINISTRATOR in viewer.roles:
        return True
    # Whoever may edit any page enters the admin.
    if not viewer.enters_admin:
        return False
    # Wagtail's own answer: that the gate admits the viewer, which the page's tester would ask again, is known here.
    return bool(PagePermissionTester(request.user, event).can_edit())


def check_manage(request: HttpRequest, event: EventPage) -> None:
    """Raises Http404, and SecondFactorMissingError."""
    if not can_manage(request, event):
        raise Http404
    second_factor.check(request)

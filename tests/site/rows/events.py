"""The calendar, one public event for which a member is registered, and calendar files."""

from collections.abc import Sequence

from portal.accounts.models import User
from portal.events import calendar_addresses, services
from portal.events.models import CalendarAddress, Registration
from portal.events.tokens import token_of
from tests.factories.events import event
from tests.factories.groups import group
from tests.site.rows import MEMBERS_ONLY, Rows, Statuses

# Whoever may edit the page; to everybody else the list is not there.
RUNS_IT: Statuses = (404, 404, 404, 404, 200, 200, 200, 404)
POST_ONLY: Statuses = (404, 404, 404, 404, 405, 405, 405, 404)

ROWS: Rows = {
    "^(?P<path>(?:[\\w\\-]+/)+)event\\.ics$": ("{event}event.ics", 200, 405),
    "events.EventIndexPage ": ("/events/", 200, 200),
    "events.EventIndexPage mine/": ("/events/mine/", MEMBERS_ONLY, MEMBERS_ONLY),
    "events.EventIndexPage mine/address/": ("/events/mine/address/", 405, 302),
    "events.EventIndexPage past/": ("/events/past/", 200, 200),
    "events.EventPage ": ("{event}", 200, 200),
    # The member, who is registered, is asked once more.
    "events.EventPage cancel/": ("{event}cancel/", 405, (302, 200, 302, 302, 302, 302, 302, 302)),
    "events.EventPage register/": ("{event}register/", 405, 302),
    "events.EventPage registrations/": ("{event}registrations/", RUNS_IT, RUNS_IT),
    "events.EventPage registrations/<id:pk>/remove/": (
        "{event}registrations/{registration_pk}/remove/",
        POST_ONLY,
        (404, 404, 404, 404, 302, 302, 302, 404),
    ),
    "events.EventPage registrations/export/": ("{event}registrations/export/", RUNS_IT, RUNS_IT),
    "events.ics": ("/events.ics", 200, 405),
    "events/group/<id:page_id>.ics": ("/events/group/{event_group_pk}.ics", 200, 405),
    "events/mine/<str:token>.ics": ("/events/mine/{events_token}.ics", 200, 405),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """A public event with the member registered, the member's own feed, and a group with an event of its own."""
    _visitor, member, _group_member, lead, *_others = cast
    assert member
    page = event(title="Table event", slug="table-event")
    services.register(page, member)
    calendar_addresses.renew(member, "0")
    section = group(title="Group with events", slug="group-with-events", lead=lead)
    event(section, title="Event of the group", slug="event-of-the-group")
    return {
        "event": page.url,
        "registration_pk": str(Registration.objects.get(event=page, user=member).pk),
        "events_token": token_of(CalendarAddress.objects.get(user=member)),
        "event_group_pk": str(section.pk),
    }

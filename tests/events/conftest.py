"""A public event with one place, and a private one of the privacy group below a section of its own."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Page

from portal.accounts.models import User
from portal.events.models import EventIndexPage, EventPage
from tests.factories.events import LINK, calendar, event, make_private


@pytest.fixture
def index(home: object) -> EventIndexPage:
    return calendar()


@pytest.fixture
def briefing(index: EventIndexPage) -> EventPage:
    """Public, in three days, one place, with a link to join."""
    return event(title="Starter kit briefing", slug="briefing", kind="briefing", capacity=1, join_link=LINK)


@pytest.fixture
def exercise(index: EventIndexPage, group_member: User) -> EventPage:
    """Only the privacy group's members see it."""
    page = event(title="Incident exercise", slug="exercise", join_link=LINK)
    make_private(Page.objects.get(pk=page.pk), Group.objects.get(name="Privacy group members"))
    return EventPage.objects.get(pk=page.pk)

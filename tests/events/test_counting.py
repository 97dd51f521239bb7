"""The calendar's number of events is remembered, never longer than it is true, and for each audience by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from portal.accounts.models import User
from portal.core.viewer import VISITOR, viewer_for
from portal.events import listings
from portal.events.counting import number_of
from portal.events.models import EventPage
from tests.factories.events import event, make_private

pytestmark = pytest.mark.django_db


def counted(now: datetime) -> tuple[int, int]:
    """(coming, past) for visitors, at `now`."""
    visible = EventPage.objects.visible(VISITOR)
    return number_of(visible.coming(now), "coming", VISITOR, now), number_of(visible.past(now), "past", VISITOR, now)


def test_a_new_a_hidden_and_a_deleted_event_change_it(index: Page) -> None:
    now = timezone.now()
    assert counted(now) == counted(now) == (0, 0)
    page = event()
    assert counted(now) == counted(now) == (1, 0)
    event(in_hours=-100)
    assert counted(now) == (1, 1)
    make_private(Page.objects.get(pk=page.pk))
    assert counted(now) == (0, 1)
    Page.objects.get(pk=page.pk).delete()
    event().unpublish()
    assert counted(now) == (0, 1)


def test_an_event_that_ends_moves_to_those_that_are_over(index: Page) -> None:
    now = timezone.now()
    ending, _later = event(in_hours=0, minutes=30), event()
    assert counted(now) == (2, 0)
    assert counted(ending.ends_at - timedelta(seconds=1)) == (2, 0)
    assert counted(ending.ends_at) == (1, 1)


def test_the_member_of_a_private_group_counts_more_than_others_do(
    exercise: EventPage, briefing: EventPage, client_of: Callable[[User | None], Client], group_member: User
) -> None:
    for _ in range(2):
        assert "2 events" in client_of(group_member).get("/events/").content.decode()
        assert "1 event " in client_of(None).get("/events/").content.decode()


def test_the_first_page_shows_what_the_query_finds(
    exercise: EventPage, briefing: EventPage, group_member: User
) -> None:
    event(in_hours=-100)
    now = timezone.now()
    for viewer in (VISITOR, viewer_for(group_member)):
        visible = EventPage.objects.visible(viewer)
        assert listings.first_page(viewer, now, past=False) == listings.rows_of(visible.coming(now), viewer)
        assert listings.first_page(viewer, now, past=True) == listings.rows_of(visible.past(now), viewer)


def test_what_happens_next_in_a_section_is_what_is_below_it(exercise: EventPage, briefing: EventPage) -> None:
    other = event()
    above = exercise.get_parent()
    shown = [row.pk for row in listings.next_events(VISITOR, 9, below=above.path)]
    assert shown == [row.pk for row in listings.next_events(VISITOR, 9)] == [briefing.pk, other.pk]
    assert listings.next_events(VISITOR, 9, below=briefing.path[:-4] + "zz00") == []

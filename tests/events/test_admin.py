"""What a lead meets in the admin: sentences at fields, the way to the registrations, no deleting what is awaited."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from portal.accounts.models import User
from portal.events import services
from portal.events.models import EventPage

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def form(**fields: Any) -> dict[str, Any]:
    """What the admin's form sends for a new event."""
    empty = {name: streamfield([]) for name in ("agenda", "speakers", "body", "materials")}
    defaults = {
        "title": "Clinic",
        "slug": "clinic",
        "summary": "",
        "lang": "en",
        "kind": "clinic",
        "date": "2032-12-03",
        "start_time": "14:00",
        "zone": "America/New_York",
        "occurrence": "first",
        "minutes": "60",
        "takes_registrations": "on",
        "comments": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"},
    }
    return nested_form_data({**defaults, **empty, **fields})


def send(client: Client, index: Page, **fields: Any) -> str:
    url = reverse("wagtailadmin_pages:add", args=["events", "eventpage", index.pk])
    response = client.post(url, form(**fields), follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_an_event_is_published(index: Page, client_of: ClientOf, moderator: User) -> None:
    send(client_of(moderator), index, **{"action-publish": "1"})
    page = EventPage.objects.get()
    assert (page.live, page.starts_at.isoformat()) == (True, "2032-12-03T19:00:00+00:00")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"date": "2032-03-14", "start_time": "02:30"}, "The next time that they show is 03:00"),
        ({"zone": "Mars/Olympus"}, "is no time zone that we know"),
        ({"minutes": "1000000000000"}, "between five minutes and a week"),
        ({"minutes": "-5"}, "between five minutes and a week"),
        ({"capacity": "0"}, "Offer one place at least"),
        ({"capacity": "-1"}, "Offer one place at least"),
        ({"capacity": "100001"}, "We count 100,000 places at most"),
        ({"capacity": str(10**22)}, "We count 100,000 places at most"),
        ({"recording_url": "https://video.example.org/1", "action-publish": "1"}, "A recording needs captions"),
        ({"date": "yesterday"}, "Enter a valid date"),
    ],
)
def test_bad_input_gets_a_sentence_and_writes_nothing(
    index: Page, client_of: ClientOf, moderator: User, fields: dict[str, str], words: str
) -> None:
    html = send(client_of(moderator), index, **fields)
    assert words in html
    assert "Ensure this value" not in html
    assert not EventPage.objects.exists()


def test_a_draft_may_wait_for_its_captions(index: Page, client_of: ClientOf, editor: User) -> None:
    send(client_of(editor), index, recording_url="https://video.example.org/1")
    assert not EventPage.objects.get().live


def test_a_time_that_occurs_twice_is_pointed_out(index: Page, client_of: ClientOf, editor: User) -> None:
    assert "this is the first, before they go back" in send(
        client_of(editor), index, date="2032-11-07", start_time="01:30"
    )


def test_a_new_event_is_previewed(index: Page, client_of: ClientOf, editor: User) -> None:
    client = client_of(editor)
    url = reverse("wagtailadmin_pages:preview_on_add", args=["events", "eventpage", index.pk])
    assert client.post(url, form()).json()["is_valid"]
    shown = client.get(url).content.decode()
    assert "Friday 3 December 2032, 14:00–15:00" in shown


def test_an_awaited_event_is_not_deleted(
    briefing: EventPage, client_of: ClientOf, administrator: User, member: User
) -> None:
    services.register(briefing, member)
    for page in (briefing, briefing.get_parent()):
        client_of(administrator).post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
    assert EventPage.objects.filter(pk=briefing.pk).exists()
    services.cancel(briefing, member)
    client_of(administrator).post(reverse("wagtailadmin_pages:delete", args=[briefing.pk]))
    assert not EventPage.objects.filter(pk=briefing.pk).exists()


def test_the_form_leads_to_the_registrations(briefing: EventPage, client_of: ClientOf, editor: User) -> None:
    shown = client_of(editor).get(reverse("wagtailadmin_pages:edit", args=[briefing.pk])).content.decode()
    assert f"{briefing.url}registrations/" in shown

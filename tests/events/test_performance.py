"""As many queries for four times the rows, and not more than the budget."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from portal.accounts.models import User
from portal.events import searchable, services
from portal.events.models import EventPage
from tests.factories.events import document, event, members
from tests.factories.groups import group
from tests.site.sample import make_concepts

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def queries(client: Client, url: str) -> int:
    # "x" is no key that selects a page, so the page cache stands aside.
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, {"x": "1"}).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("who", "budget"), [("visitor", 12), ("member", 15), ("lead", 15)])
@pytest.mark.parametrize("past", [False, True])
def test_the_calendar(
    index: Page, who: str, budget: int, past: bool, client_of: ClientOf, member: User, lead: User
) -> None:
    client = client_of({"visitor": None, "member": member, "lead": lead}[who])
    url, hours = ("/events/past/", -100) if past else ("/events/", 100)

    def fill(number: int) -> None:
        for _ in range(number):
            event(group(lead=lead), in_hours=hours)
            event(in_hours=hours)

    # The first reading after a change counts the events anew.
    fill(1)
    queries(client, url)
    fill(1)
    first, second = queries(client, url), queries(client, url)
    fill(4)
    assert (queries(client, url), queries(client, url)) == (first, second)
    assert second < first <= budget


@pytest.mark.parametrize(("who", "budget"), [("visitor", 12), ("member", 15), ("lead", 15)])
def test_an_event_with_everything(who: str, budget: int, client_of: ClientOf, member: User, lead: User) -> None:
    client = client_of({"visitor": None, "member": member, "lead": lead}[who])
    materials = [("document", {"document": document(f"{n}.txt"), "note": ""}) for n in range(2)]
    page = event(
        group(lead=lead),
        capacity=40,
        join_link="https://meet.example.org/x",
        materials=materials,
        concepts=make_concepts(),
        recording_url="https://video.example.org/x",
        captions=document(),
        transcript=document("all.txt"),
    )
    for user in (member, *members(3)):
        services.register(page, user)
    queries(client, page.url)
    before = queries(client, page.url)
    for user in members(9):
        services.register(page, user)
    more = EventPage.objects.get(pk=page.pk)
    more.materials = materials * 4
    more.save()
    assert queries(client, page.url) == before <= budget


def test_feeds_and_lists_of_registrations(index: Page, client_of: ClientOf, member: User, administrator: User) -> None:
    client = client_of(administrator)
    page = event()

    def fill(number: int) -> None:
        for user in members(number):
            services.register(page, user)
            services.register(event(), administrator)

    fill(2)
    urls = ("/events.ics", "/events/mine/", f"{page.url}registrations/", f"{page.url}registrations/export/")
    before = [queries(client, url) for url in (*urls, *urls)][len(urls) :]
    fill(6)
    assert [queries(client, url) for url in urls] == before
    assert max(before) <= 15


def test_recording_events_for_search(index: Page) -> None:
    def record() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert all(searchable.to_record(found) for found in searchable.all_events())
        return len(captured)

    event(concepts=make_concepts())
    before = record()
    for _ in range(4):
        event()
    assert record() == before

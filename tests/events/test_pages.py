"""The calendar's and the events' pages, as each reader sees them."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from portal.accounts.models import User
from portal.core import pagecache
from portal.core.viewer import viewer_for
from portal.events import listings, moments, services
from portal.events.models import EventPage, Registration
from portal.search.models import SearchEntry
from tests.factories.events import LINK, document, event, republish

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_the_calendar_shows_what_comes_by_month_and_what_was(index: Page, client: Client) -> None:
    soon = event(title="Soon", kind="clinic")
    later = event(title="Later", in_hours=24 * 40)
    event(title="Long ago", in_hours=-24 * 40)
    coming, past = text(client, "/events/"), text(client, "/events/past/")
    assert [title in coming for title in ("Soon", "Later", "Long ago")] == [True, True, False]
    assert [title in past for title in ("Soon", "Later", "Long ago")] == [False, False, True]
    assert coming.index("Soon") < coming.index("Later")
    assert f"{later.starts_at:%B %Y}" in coming
    assert "Later" not in text(client, "/events/?kind=clinic")
    assert "Soon" in text(client, f"/events/?month={soon.starts_at:%Y-%m}")
    assert "Soon" not in text(client, f"/events/?month={later.starts_at:%Y-%m}")


@pytest.mark.parametrize(
    "query",
    ["kind=party", "month=2026-13", "month=x", "month=0000-01", "month=²-1", "group=x", "group=9" * 30, "page=x"],
)
def test_a_query_that_makes_no_sense_is_as_if_it_were_not_there(index: Page, client: Client, query: str) -> None:
    event(title="Soon")
    assert "Soon" in text(client, f"/events/?{query}")


def test_a_private_event_is_nowhere_for_others(
    exercise: EventPage, client_of: ClientOf, member: User, group_member: User
) -> None:
    for user in (None, member):
        client = client_of(user)
        assert client.get(exercise.url).status_code == 404
        assert client.get(f"{exercise.url}event.ics").status_code == 404
        assert client.post(f"{exercise.url}register/").status_code == 404
        for url in ("/events/", "/events.ics", "/search/?q=incident"):
            assert "Incident exercise" not in text(client, url)
    assert "Incident exercise" in text(client_of(group_member), "/events/")
    assert "Incident exercise" not in text(client_of(group_member), "/events.ics")


def test_the_link_to_join_is_for_those_registered_and_those_who_run_it(
    briefing: EventPage, client_of: ClientOf, member: User, other_member: User, administrator: User, editor: User
) -> None:
    services.register(briefing, member)
    services.register(briefing, other_member)
    seen = {user: LINK in text(client_of(user), briefing.url) for user in (None, member, other_member, administrator)}
    assert seen == {None: False, member: True, other_member: False, administrator: True}
    files = {user: LINK in text(client_of(user), f"{briefing.url}event.ics") for user in (None, member, other_member)}
    assert files == {None: False, member: True, other_member: False}
    assert LINK not in text(client_of(member), "/events.ics")
    assert not any(LINK in f"{entry.body} {entry.summary} {entry.title}" for entry in SearchEntry.objects.all())
    services.cancel(briefing, member)
    assert LINK not in text(client_of(member), briefing.url)


def test_a_member_registers_and_cancels(briefing: EventPage, client_of: ClientOf, member: User) -> None:
    client = client_of(member)
    assert "Register</button>" in text(client, briefing.url)
    answer = client.post(f"{briefing.url}register/", follow=True)
    assert "You are registered" in answer.content.decode()
    assert "1 of 1 places are taken" in answer.content.decode()
    asked = client.post(f"{briefing.url}cancel/")
    assert asked.status_code == 200
    assert "Yes, cancel it" in asked.content.decode()
    assert briefing.registrations.get().is_registered
    answer = client.post(f"{briefing.url}cancel/", {"sure": "yes"}, follow=True)
    assert "no longer registered" in answer.content.decode()
    assert client.get(f"{briefing.url}register/").status_code == 405


def test_who_waits_is_asked_before_losing_the_place_in_line(
    briefing: EventPage, client_of: ClientOf, member: User, other_member: User
) -> None:
    services.register(briefing, other_member)
    services.register(briefing, member)
    client = client_of(member)
    asked = client.post(f"{briefing.url}cancel/").content.decode()
    assert "Leave the waiting list for" in asked
    assert "lose your place in line" in asked
    assert briefing.registrations.get(user=member).is_waiting
    gone = client.post(f"{briefing.url}cancel/", {"sure": "yes"}, follow=True)
    assert "no longer on the waiting list" in gone.content.decode()
    assert "nothing to cancel" in client.post(f"{briefing.url}cancel/", follow=True).content.decode()


def test_a_visitor_is_asked_to_sign_in_and_led_back(briefing: EventPage, client: Client) -> None:
    assert f"/accounts/login/?next={briefing.url.replace('/', '%2F')}" in text(client, briefing.url)
    assert client.post(f"{briefing.url}register/").headers["Location"].startswith("/accounts/login/")


def test_who_waits_reads_the_place_in_line(
    briefing: EventPage, client_of: ClientOf, member: User, other_member: User, moderator: User
) -> None:
    for user in (member, other_member, moderator):
        services.register(briefing, user)
    assert "number 2 in line" in text(client_of(moderator), briefing.url)


def test_times_are_said_in_the_zone_of_the_event_and_in_utc(index: Page, client: Client) -> None:
    page = event(date=date(2032, 12, 3), start_time=time(14), zone="America/New_York", minutes=90)
    shown = text(client, page.url)
    assert '<time datetime="2032-12-03T19:00+00:00">Friday 3 December 2032, 14:00–15:30</time>' in shown
    assert "New York time (EST, UTC−5)" in shown
    assert "Friday 3 December 2032, 19:00–20:30 UTC" in shown


def test_the_night_when_the_clocks_go_back_is_explained(index: Page, client: Client) -> None:
    page = event(date=date(2032, 11, 7), start_time=time(1, 30), zone="America/New_York")
    assert "this is the first, before they go back" in text(client, page.url)
    page = republish(page, occurrence="second")
    assert "this is the second" in text(client, page.url)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"date": date(2032, 3, 14), "start_time": time(2, 30)}, "start_time", "The next time that they show is 03:00"),
        ({"zone": "Mars/Olympus"}, "zone", "is no time zone that we know"),
        ({"date": date(1, 1, 1)}, "date", "Give a year between"),
        ({"minutes": 0}, "minutes", "between five minutes and a week"),
        ({"minutes": 10**12}, "minutes", "between five minutes and a week"),
        ({"capacity": 0}, "capacity", "one place at least"),
        ({"capacity": 10, "takes_registrations": False}, "capacity", "only where members register"),
        ({"join_link": LINK, "takes_registrations": False}, "join_link", "Only those registered see the link"),
        ({"recording_url": "https://video.example.org/1"}, "captions", "needs captions"),
        ({"registration_opens": timezone.now() + timedelta(days=9000)}, "registration_opens", "before the event"),
        (
            {"registration_closes": timezone.now() + timedelta(days=9000)},
            "registration_closes",
            "when the event begins",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence_at_its_field(
    index: Page, fields: dict[str, object], field: str, words: str
) -> None:
    page = event()
    for name, value in {"zone": "America/New_York", "start_time": time(12), **fields}.items():
        setattr(page, name, value)
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert words in " ".join(refused.value.message_dict[field])


def test_captions_are_a_caption_file(index: Page) -> None:
    page = event()
    page.recording_url, page.captions = "https://video.example.org/1", document("notes.txt", b"words")
    with pytest.raises(ValidationError, match="WebVTT"):
        page.full_clean()
    page.captions = document()
    page.full_clean()


def test_a_recording_is_shown_with_its_captions(index: Page, client: Client) -> None:
    page = event(
        in_hours=-48, recording=document("talk.mp4", b"x"), captions=document(), transcript=document("said.txt")
    )
    shown = text(client, page.url)
    assert '<video class="recording" controls preload="none">' in shown
    assert '<track kind="captions" src="/documents/' in shown
    assert "TXT" in shown
    assert "with recording" in text(client, "/events/past/")


def test_those_who_run_it_see_who_comes_and_others_find_nothing(
    briefing: EventPage, client_of: ClientOf, member: User, moderator: User, administrator: User, editor: User
) -> None:
    services.register(briefing, member)
    registration = Registration.objects.get()
    for user in (None, member):
        client = client_of(user)
        for path in ("registrations/", "registrations/export/", f"registrations/{registration.pk}/remove/"):
            assert client.get(f"{briefing.url}{path}").status_code == 404
        assert client.post(f"{briefing.url}registrations/{registration.pk}/remove/").status_code == 404
    for user in (editor, moderator, administrator):
        assert "A county finance director" in text(client_of(user), f"{briefing.url}registrations/")
    answer = client_of(editor).post(f"{briefing.url}registrations/{registration.pk}/remove/", follow=True)
    assert "has been taken off the list and is told by mail." in answer.content.decode()
    other = event()
    assert client_of(editor).post(f"{other.url}registrations/{registration.pk}/remove/").status_code == 404


def test_no_cell_of_the_export_is_a_formula(
    briefing: EventPage, client_of: ClientOf, member: User, administrator: User
) -> None:
    User.objects.filter(pk=member.pk).update(name='=HYPERLINK("https://spy.example.org")', organisation=" +1")
    services.register(briefing, member)
    lines = text(client_of(administrator), f"{briefing.url}registrations/export/").splitlines()
    assert lines[0].startswith("\ufeffOrder,Name")
    assert lines[1].startswith("1,\"'=HYPERLINK(")
    assert ",' +1," in lines[1]
    assert "member@example.org" not in lines[1]


def test_my_events_are_mine(
    briefing: EventPage, exercise: EventPage, client_of: ClientOf, group_member: User, member: User
) -> None:
    services.register(exercise, group_member)
    assert "Incident exercise" in text(client_of(group_member), "/events/mine/")
    assert "Incident exercise" not in text(client_of(member), "/events/mine/")
    group_member.groups.clear()
    assert "Incident exercise" not in text(client_of(group_member), "/events/mine/")
    assert client_of(None).get("/events/mine/").status_code == 302


def test_what_happens_next_is_narrowed_and_in_order(
    briefing: EventPage, exercise: EventPage, member: User, group_member: User
) -> None:
    event(title="Called off", in_hours=1, cancelled=True)
    event(title="Sooner", in_hours=2)
    assert [row.title for row in listings.next_events(viewer_for(member), 5)] == ["Sooner", "Starter kit briefing"]
    assert len(listings.next_events(viewer_for(group_member), 5)) == 3
    assert listings.next_events(viewer_for(member), 5, below=exercise.path) == []


def first_moment() -> datetime | None:
    """When what visitors read of events changes next; other rooms may let a stored page end sooner."""
    found = min((at for at in moments.next_moments(timezone.now()) if at), default=None)
    change = pagecache.next_change()
    assert found is None or (change is not None and change <= found)
    return found


def test_a_stored_page_ends_when_an_event_begins_or_ends(index: Page) -> None:
    assert first_moment() is None
    page = event(in_hours=5, registration_closes=timezone.now() + timedelta(hours=2))
    assert first_moment() == page.registration_closes
    page = republish(page, registration_closes=None)
    assert first_moment() == page.starts_at
    page = event(in_hours=-0.5)
    assert first_moment() == page.ends_at


def test_an_event_is_found_by_its_words(index: Page, client: Client) -> None:
    event(title="Payroll clinic", agenda=[("item", {"time": None, "item": "Garnishments", "speaker": ""})])
    assert "Payroll clinic" in text(client, "/search/?q=garnishments&kind=event")


def test_time_place_and_registration_are_read_before_agenda_speakers_and_materials(
    index: Page, client: Client, member: User, client_of: ClientOf
) -> None:
    agenda = [{"type": "item", "value": {"time": "10:00", "item": "Welcome", "speaker": ""}}]
    page = event(title="Clinic", body=[{"type": "text", "value": "<p>Bring your draft.</p>"}], agenda=agenda)
    for html in (text(client, page.url), text(client_of(member), page.url)):
        places = [html.index(words) for words in ("<h1>", 'id="when"', 'id="taking-part"', "Bring your", 'id="agenda"')]
        assert places == sorted(places)

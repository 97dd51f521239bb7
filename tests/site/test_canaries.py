"""Words planted where an outsider has no business, and everything that outsiders can reach, followed link by link."""

import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from forums import services as forums
from forums.models import BoardPage, ForumIndexPage
from portal.accounts.models import User
from portal.events import services as events
from portal.events.models import EventIndexPage, EventPage
from portal.groups.models import GroupPage, Visibility
from portal.home.models import HomePage, StandardPage
from portal.members import services as members
from portal.members.models import Visibility as Shown
from tests.factories.groups import group, news
from tests.factories.pages import add, article, case, index, plain_page, tool

pytestmark = pytest.mark.django_db

CANARY = "xanthic"
LINK = re.compile(rb'(?:href|src|action)="([^"#]+)')
BESIDE = (
    "/sitemap.xml",
    "/robots.txt",
    "/events.ics",
    f"/search/?q={CANARY}",
    "/search/?q=xanth",
    f"/search/suggest/?q={CANARY[:4]}",
    f"/glossary/?q={CANARY}",
    f"/members/?q={CANARY}",
)
# Each leads back to itself with another address, or ends the session.
NOT_FOLLOWED = re.compile(r"^/(accounts/(logout|login|signup)|static|admin)/|[?&](next|page)=")
MOST = 400


@pytest.fixture
def planted(member: User, lead: User, group_member: User) -> list[str]:
    """A public portal with private matter in every kind of place. Returns the private things' own addresses."""
    for make in (case, tool, article, plain_page):
        make()
    index(ForumIndexPage, "forums")
    index(EventIndexPage, "events")
    forums.ask(
        add(ForumIndexPage.objects.get(), BoardPage(title="Open board")), member, title="Who knows?", body="Yes."
    )
    group(lead=lead, title="Open group", visibility=Visibility.PUBLIC)
    hidden = {"role": Shown.NOBODY, "about": Shown.NOBODY, "name": Shown.ALL}
    members.update(member, role=f"{CANARY} officer", about=f"I like {CANARY} things", show=hidden)
    return [*in_a_private_group(lead, group_member), *not_yet_published()]


def in_a_private_group(lead: User, group_member: User) -> Iterator[str]:
    closed = group(lead=lead, members=[group_member], title=f"The {CANARY} circle", visibility=Visibility.PRIVATE)
    yield closed.url
    yield news(closed, title=f"A {CANARY} finding").url
    board = add(closed, BoardPage(title=f"{CANARY} board"))
    topic, _made = forums.ask(board, group_member, title=f"A {CANARY} question", body=f"Only {CANARY} people know.")
    yield topic.url
    meeting = EventPage(
        title=f"A {CANARY} meeting",
        date=date.today() + timedelta(days=3),
        start_time=time(12, 0),
        join_link=f"https://meet.example.org/{CANARY}",
    )
    event = add(closed, meeting)
    events.register(event, group_member)
    yield event.url
    yield f"{event.url}event.ics"
    yield f"/events/group/{closed.pk}.ics"
    paper = get_document_model()(title=f"{CANARY} paper", collection=closed.working_group.collection)
    paper.file.save(f"{CANARY}.txt", ContentFile(CANARY.encode()))
    paper.save()
    yield paper.url
    yield paper.file.url


def not_yet_published() -> Iterator[str]:
    home = HomePage.objects.get()
    draft = StandardPage(title=f"A {CANARY} draft", slug="draft", live=False)
    home.add_child(instance=draft)
    yield f"/{draft.slug}/"
    later = StandardPage(
        title=f"{CANARY} later", slug="later", live=False, go_live_at=timezone.now() + timedelta(days=1)
    )
    home.add_child(instance=later)
    later.save_revision(approved_go_live_at=later.go_live_at)
    yield f"/{later.slug}/"
    changed = plain_page(title="Known page", slug="known")
    changed.title = f"A {CANARY} change"
    changed.save_revision()
    hidden = GroupPage.objects.get(title="Open group")
    hidden.summary = f"{CANARY} plans"
    hidden.save_revision()


def reachable(client: Client) -> Iterator[tuple[str, bytes]]:
    """Every address that links lead to from the home page and from `BESIDE`, with what it answers."""
    waiting = ["/", *BESIDE]
    seen: set[str] = set()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        yield address, str(response.headers).encode() + body
        for found in LINK.findall(body):
            link = found.decode().replace("&amp;", "&")
            if link.startswith("/") and not link.startswith("//") and not NOT_FOLLOWED.search(link):
                waiting.append(link)


@pytest.mark.parametrize("outsider", ["visitor", "other_member"])
def test_nothing_that_an_outsider_can_fetch_holds_a_planted_word(
    outsider: str, planted: list[str], request: pytest.FixtureRequest, client_of: Callable[[User | None], Client]
) -> None:
    client = client_of(None if outsider == "visitor" else request.getfixturevalue(outsider))
    wrong = [
        address
        for address, answer in reachable(client)
        # What the reader typed into the address is said back.
        if CANARY in answer.decode(errors="replace").replace(address, "").replace(f'value="{CANARY}"', "").lower()
        and CANARY not in address
    ]
    assert wrong == []
    assert {address: client.get(address).status_code for address in planted} == dict.fromkeys(planted, 404)
    for address in (f"/search/?q={CANARY}", f"/members/?q={CANARY}", f"/glossary/?q={CANARY}"):
        body = client.get(address).content.decode()
        assert not re.search(rf"{CANARY} (circle|finding|board|question|meeting|paper|draft|later|officer|plans)", body)


def test_the_planted_words_are_there_for_those_whom_they_concern(
    planted: list[str], group_member: User, client_of: Callable[[User | None], Client]
) -> None:
    """Or the test above would find nothing because there is nothing."""
    assert Page.objects.filter(title__contains=CANARY).count() >= 6
    found = {address for address, answer in reachable(client_of(group_member)) if CANARY.encode() in answer}
    assert len(found) > 6

"""The demonstration, loaded once for all tests here: what it holds, who sees which part, and what a second run does."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, QuerySet
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker
from wagtail.documents import get_document_model
from wagtail.models import Page

from cases.models import CasePage
from forums.models import BoardPage, Topic, topic_url
from portal.accounts.models import User
from portal.core.models import Letter
from portal.core.viewer import VISITOR, viewer_for
from portal.demo.people import ACCOUNTS, MADE_UP, PASSWORD, authors
from portal.demo.reading import CONTENT, read_yaml
from portal.events.models import EventPage, Registration
from portal.groups.models import JoinRequest, Membership, Role, WorkingGroup
from portal.members.models import Profile
from portal.moderation import guidelines
from portal.search.models import SearchEntry
from taxonomy import versions
from taxonomy.models import Concept, Proposal

pytestmark = pytest.mark.django_db

PRIVATE, FOR_MEMBERS, PUBLIC = "security", "identity-management", "privacy"
# What a visitor must read nowhere: that there are groups which are not public.
UNTOLD = re.compile(
    r"security (working )?group|identity management (working )?group|/groups/(security|identity-management)|Group \d",
    re.IGNORECASE,
)


def load() -> str:
    said = StringIO()
    with override_settings(DEMO_ACCOUNTS=True):
        call_command("load_demo", with_accounts=True, verbosity=0, stdout=said, stderr=said)
    return said.getvalue()


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """What the loader said. Everything is undone after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@demo.example"))
    return client


def statuses(client: Client, *paths: str) -> list[int]:
    return [client.get(path).status_code for path in paths]


def address_of(topic: Topic) -> str:
    return topic_url(str(topic.board.get_url()), topic.pk, topic.slug)


def documents_of(group: WorkingGroup) -> QuerySet[Any]:
    return get_document_model().objects.filter(collection=group.collection)


def addresses_of_group(slug: str) -> list[str]:
    """What whoever sees the group sees of it: its pages and everything below them, its documents and topics too."""
    group = WorkingGroup.objects.select_related("page", "collection").get(page__slug=slug)
    pages = [str(page.get_url()) for page in Page.objects.descendant_of(group.page, inclusive=True)]
    routes = [f"/groups/{slug}/{route}/" for route in ("documents", "news")]
    documents = [document.url for document in documents_of(group)]
    topics = [address_of(topic) for topic in Topic.objects.filter(board__path__startswith=group.page.path)]
    return [*pages, *routes, *documents, *topics]


def test_a_second_run_makes_nothing(demonstration: str) -> None:
    assert re.search(r": \d{3} things were missing", demonstration)
    before = [model.objects.count() for model in (Page, User, Topic, Membership, Registration)]
    assert ": 0 things were missing" in load()
    assert before == [model.objects.count() for model in (Page, User, Topic, Membership, Registration)]


def test_the_guidelines_are_published_and_accepted_by_the_accounts_and_asked_of_who_joins() -> None:
    version = guidelines.present()
    assert version is not None
    assert "Do not pitch" in Client().get("/moderation/guidelines/").content.decode()
    assert f'name="{guidelines.field_name(version)}"' in Client().get("/accounts/signup/").content.decode()
    for account in ACCOUNTS:
        assert guidelines.owed(User.objects.get(email=account.email).pk) is None


def test_guidelines_of_the_portal_s_own_stay_in_force() -> None:
    own = guidelines.publish("Our own rules.")
    load()
    assert guidelines.present() == own


def test_what_people_changed_since_stays() -> None:
    event = EventPage.objects.get(slug="starter-kit-briefing")
    Page.objects.filter(pk=event.pk).update(title="Another title")
    Membership.objects.filter(group__page__slug=PUBLIC, role=Role.MEMBER).delete()
    left = Membership.objects.count()
    load()
    event.refresh_from_db()
    assert event.title == "Another title"
    assert Membership.objects.count() == left


def test_there_are_thirty_members_and_more_none_of_whom_can_sign_in() -> None:
    people = authors()
    assert len(people) >= 30
    assert not any(person.has_usable_password() for person in people.values())
    assert not Topic.objects.filter(created_at__lt=F("author__date_joined")).exists()
    profiles = Profile.objects.filter(user__in=people.values())
    assert all(MADE_UP in profile.about and profile.role and profile.languages for profile in profiles)
    for part in ("show_place", "show_languages", "show_service_lines"):
        assert set(profiles.values_list(part, flat=True)) == {"all", "members", "nobody"}, part


def test_every_account_signs_in_with_the_printed_password() -> None:
    names = ["member", "lead", "editor", "moderator", "steward", "admin"]
    assert [account.email.split("@")[0] for account in ACCOUNTS] == names
    for account in ACCOUNTS:
        assert User.objects.get(email=account.email).check_password(PASSWORD), account.email
        assert Profile.objects.get(user__email=account.email).role


@pytest.mark.parametrize("slug", [PUBLIC, FOR_MEMBERS, PRIVATE])
def test_each_group_has_leads_members_documents_news_a_board_with_topics_and_an_event(slug: str) -> None:
    group = WorkingGroup.objects.get(page__slug=slug)
    roles = list(group.memberships.values_list("role", flat=True))
    assert len([role for role in roles if role in {Role.LEAD, Role.DEPUTY}]) >= 2
    assert 6 <= len(roles) <= 12
    assert documents_of(group).count() >= 2
    below = Page.objects.descendant_of(group.page)
    assert BoardPage.objects.filter(pk__in=below).get().topics.count() >= 2
    assert EventPage.objects.filter(pk__in=below, ends_at__gt=timezone.now()).exists()
    assert all(product.value["title"] for product in group.page.products)
    assert any(product.value["document"] for product in group.page.products)


def test_who_sees_which_group_with_everything_below_it() -> None:
    visitor, member, lead, outsider = Client(), client_of("member"), client_of("lead"), client_of("editor")
    for address in addresses_of_group(PUBLIC):
        assert visitor.get(address).status_code in {200, 302}, address
    for address in addresses_of_group(FOR_MEMBERS):
        assert statuses(member, address) == [200], address
        assert visitor.get(address).status_code in {302, 404}, address
    assert statuses(member, "/groups/privacy/members/", "/groups/security/members/") == [200, 200]
    for address in addresses_of_group(PRIVATE):
        assert statuses(member, address) == [200], address
        assert statuses(lead, address) == statuses(outsider, address) == [404], address
        assert visitor.get(address).status_code in {302, 404}, address


def test_a_visitor_reads_nowhere_that_there_are_groups_which_are_not_public() -> None:
    visitor = Client()
    pages = [str(page.get_url()) for page in Page.objects.live().filter(depth__gt=1) if page.get_url()]
    profiles = [f"/members/{pk}/" for pk in Profile.objects.values_list("pk", flat=True)]
    topics = [address_of(topic) for topic in Topic.objects.visible(VISITOR)]
    others = ["/sitemap.xml", "/events.ics", "/search/?q=group", "/search/?q=security", "/glossary/security/",
              "/glossary/identity-management/", "/events/past/", "/forums/?show=open"]  # fmt: skip
    read = 0
    for address in [*pages, *profiles, *topics, *others]:
        response = visitor.get(address)
        if response.status_code != 200:
            continue
        found = UNTOLD.search(response.getvalue().decode())
        assert found is None, f"{address}: {found and found[0]}"
        read += 1
    assert read > 120
    assert UNTOLD.search(client_of("member").get("/groups/").getvalue().decode())


def test_the_public_group_has_a_question_that_nobody_has_answered() -> None:
    board = BoardPage.objects.get(slug="privacy-board")
    assert [topic.key for topic in board.topics.filter(post_count=1)] == ["when-is-the-last-copy-gone"]


def test_somebody_waits_for_an_answer_of_the_identity_groups_leads() -> None:
    asked = JoinRequest.objects.get()
    assert asked.group.page.slug == FOR_MEMBERS
    assert asked.message


def test_the_lead_leads_the_privacy_group_and_the_member_belongs_to_two() -> None:
    assert client_of("lead").get("/groups/privacy/desk/").status_code == 200
    of_member = Membership.objects.filter(user__email="member@demo.example")
    assert set(of_member.values_list("group__page__slug", flat=True)) == {PUBLIC, PRIVATE}


def test_events_come_and_have_been_on_working_days_and_in_several_zones() -> None:
    events = list(EventPage.objects.all())
    now = timezone.now()
    assert len({event.zone for event in events}) >= 5
    assert all(event.date.weekday() < 5 for event in events)
    assert sum(event.starts_at > now for event in events) >= 5
    assert sum(event.ends_at < now for event in events) >= 3
    assert {event.kind for event in events} == {"teleconference", "briefing", "webcast", "clinic", "meeting"}
    assert all(event.starts_at > now + timedelta(days=2) for event in events if event.ends_at > now)


def test_the_full_clinic_has_a_line_in_the_order_of_the_file() -> None:
    event = EventPage.objects.get(slug="five-counties-clinic")
    entry = read_yaml("events/five-counties-clinic.yaml")
    assert event.registrations.filter(state="registered").count() == event.capacity
    waiting = event.registrations.filter(state="waiting").order_by("place")
    assert [row.user.email.split("@")[0] for row in waiting] == entry["waiting"]


def test_no_event_has_more_people_than_places_and_private_ones_have_members_only() -> None:
    for event in EventPage.objects.exclude(capacity=None):
        assert event.registrations.filter(state="registered").count() <= (event.capacity or 0), event.slug
    group = WorkingGroup.objects.get(page__slug=PRIVATE)
    inside = set(group.memberships.values_list("user", flat=True))
    below = Page.objects.descendant_of(group.page)
    assert set(Registration.objects.filter(event__in=below).values_list("user", flat=True)) <= inside


def test_the_past_webcast_has_its_recording_with_captions_and_a_transcript() -> None:
    event = EventPage.objects.get(slug="shared-services-webcast")
    assert event.recording is not None
    assert event.captions is not None
    assert event.recording.file_extension == "webm"
    assert event.captions.file.read().startswith(b"WEBVTT")
    assert event.transcript is not None
    assert Client().get(event.transcript.url).getvalue().startswith(b"PK")


def test_nobody_is_mailed_by_loading(mailoutbox: list[object]) -> None:
    assert mailoutbox == []
    assert not Letter.objects.exists()


def test_illustrative_cases_are_marked_and_events_say_that_they_are_made_up() -> None:
    assert CasePage.objects.filter(illustrative=True).exists()
    for path in [*CONTENT.glob("events/*.yaml"), *CONTENT.glob("groups/*/events/*.yaml")]:
        assert "made up for the demonstration" in read_yaml(str(path.relative_to(CONTENT)))["body"], path.name


def test_members_propose_terms_and_the_steward_has_settled_some() -> None:
    states = dict(Proposal.objects.values_list("title", "state"))
    assert states == {
        "showback": "open",
        "right to leave": "revise",
        "baseline": "agreed",
        "internal billing": "merged",
        "synergy": "declined",
    }
    assert not Proposal.objects.filter(remarks__act="comment", remarks__created_at__gt=timezone.now()).exists()
    baseline = versions.newest(Concept.objects.get(slug="baseline").pk, limit=5)
    assert [(version.number, version.by) for version in baseline] == [(2, "A terminology steward"), (1, "")]
    assert baseline[0].at > baseline[1].at


@pytest.mark.parametrize("name", ["", "member"])
def test_pages_of_every_kind_open(name: str) -> None:
    client = client_of(name) if name else Client()
    viewer = viewer_for(User.objects.get(email=f"{name}@demo.example")) if name else VISITOR
    by_kind: dict[str, list[str]] = {}
    for kind, url in SearchEntry.objects.filter(audience_id__in=viewer.audiences).values_list("kind", "url"):
        by_kind.setdefault(kind, []).append(url)
    assert len(by_kind) > 8
    places = [
        "/",
        "/search/",
        "/search/?q=shared+services",
        "/search/?q=govrenance",
        "/forums/",
        "/events.ics",
        "/readyz",
    ]
    for url in [*places, *(url for urls in by_kind.values() for url in urls[:3])]:
        assert (url, client.get(url).status_code) == (url, 200)

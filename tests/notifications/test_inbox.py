"""The inbox, as its owner sees it, and the number beside the name."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.core.viewer import VISITOR, viewer_for
from portal.notifications import listings, services
from portal.notifications.models import Notification
from portal.notifications.querysets import MOST_COUNTED, unread_number

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def told(member: User, about: User, number: int = 1, verb: str = "tests.news") -> None:
    first = Notification.objects.count()
    for place in range(first, first + number):
        services.tell(verb, about=about.pk, key=str(place), recipients=[member.pk])


def test_the_newest_stands_first_and_older_ones_follow_by_key(
    member: User, other_member: User, client_of: ClientOf
) -> None:
    told(member, other_member, 45)
    seen: list[int] = []
    before = None
    for expected in (20, 20, 5):
        page = listings.inbox(viewer_for(member), before)
        assert len(page.rows) == expected
        seen += [row.pk for row in page.rows]
        before = page.before
        told(member, other_member)
    assert before is None
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 45
    page_two = client_of(member).get("/notifications/", {"before": str(seen[19])})
    assert page_two.content.decode().count('class="tiding unread"') == 20


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, ""])
def test_what_is_no_key_shows_the_first_page(
    before: str, member: User, other_member: User, client_of: ClientOf
) -> None:
    told(member, other_member)
    response = client_of(member).get("/notifications/", {"before": before})
    assert response.status_code in {200, 404}
    if response.status_code == 200:
        assert "News of A city procurement officer" in response.content.decode()


def test_what_may_not_be_seen_is_neither_shown_nor_counted_nor_opened(
    member: User, other_member: User, client_of: ClientOf
) -> None:
    told(member, other_member)
    User.objects.filter(pk=other_member.pk).update(name="Hidden somebody")
    client = client_of(member)
    page = client.get("/notifications/").content.decode()
    assert "Hidden somebody" not in page
    assert "unread-number" not in page
    assert unread_number(viewer_for(member)) == 0
    notice = Notification.objects.get()
    assert client.get(f"/notifications/{notice.pk}/").status_code == 404
    assert Notification.objects.get().read_at is None


def test_the_number_stands_beside_the_name_and_ends_at_many(
    member: User, other_member: User, client_of: ClientOf
) -> None:
    told(member, other_member, 3)
    page = client_of(member).get("/").content.decode()
    assert '<span class="unread-number">3<' in page
    told(member, other_member, MOST_COUNTED)
    assert '<span class="unread-number">99+<' in client_of(member).get("/").content.decode()
    assert "unread-number" not in client_of(other_member).get("/").content.decode()
    assert "unread-number" not in client_of(None).get("/").content.decode()


def test_the_number_costs_one_query_and_none_for_visitors(member: User, other_member: User) -> None:
    told(member, other_member, 3)
    viewer = viewer_for(member)
    for who, most in ((viewer, 1), (VISITOR, 0)):
        unread_number(who)
        with CaptureQueriesContext(connection) as captured:
            unread_number(who)
        assert len(captured) == most


def test_opening_a_notice_leads_to_the_thing_and_reads_it(
    member: User, other_member: User, client_of: ClientOf
) -> None:
    told(member, other_member)
    notice = Notification.objects.get()
    address = f"/notifications/{notice.pk}/"
    client = client_of(member)
    assert client.head(address).status_code == 302
    assert Notification.objects.get().read_at is None
    assert client.get(address)["Location"] == f"/members/{other_member.pk}/"
    assert Notification.objects.get().read_at is not None


def test_one_is_marked_as_read_or_all_that_were_on_the_page(
    member: User, other_member: User, client_of: ClientOf
) -> None:
    told(member, other_member, 3)
    client = client_of(member)
    first, second, third = Notification.objects.order_by("pk")
    client.post(f"/notifications/{first.pk}/read/")
    assert unread_number(viewer_for(member)) == 2
    client.post("/notifications/read/", {"up_to": str(second.pk)})
    assert list(Notification.objects.filter(read_at=None)) == [third]
    client.post("/notifications/read/", {"up_to": "x"})
    assert unread_number(viewer_for(member)) == 1


def test_nobody_reads_or_opens_anothers_notice(member: User, other_member: User, client_of: ClientOf) -> None:
    told(member, other_member)
    notice = Notification.objects.get()
    client = client_of(other_member)
    assert client.get(f"/notifications/{notice.pk}/").status_code == 404
    assert client.post(f"/notifications/{notice.pk}/read/").status_code == 404
    client.post("/notifications/read/", {"up_to": str(notice.pk)})
    assert Notification.objects.get().read_at is None


def test_a_longer_inbox_costs_no_more_queries(member: User, other_member: User, client_of: ClientOf) -> None:
    client = client_of(member)

    def queries() -> int:
        client.get("/notifications/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/notifications/").status_code == 200
        return len(captured)

    told(member, other_member, 2)
    before = queries()
    told(member, other_member, 18)
    assert queries() == before <= 12


def test_what_others_wrote_is_text_in_the_inbox(member: User, other_member: User, client_of: ClientOf) -> None:
    User.objects.filter(pk=other_member.pk).update(name="<script>alert(1)</script>")
    told(member, other_member)
    page = client_of(member).get("/notifications/").content.decode()
    assert "<script>alert(1)" not in page
    assert "Words &lt;of&gt; it &amp; more" in page

"""Nobody judges in a case of their own, and nobody acts or takes back where it is not theirs to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums import moderation
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core import waiting
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_for
from portal.groups.models import GroupPage
from portal.moderation import listings, sanctions, services
from portal.moderation.access import Handler
from portal.moderation.models import Act, Case
from tests.factories.forums import PostFactory, TopicFactory
from tests.moderation.test_queue import page_of, reported, thing_of

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
SOON = timedelta(days=3)


def test_an_author_who_moderates_neither_learns_who_reported_nor_settles_it(
    topic: Topic, member: User, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    own = PostFactory(topic=topic, author=moderator, body="Mind these words of mine")
    case = reported(own, member, "What cheek.")
    client = client_of(moderator)
    assert "Mind these words of mine" not in client.get("/moderation/").content.decode()
    page = client.get(page_of(own)).content.decode()
    assert "What cheek." not in page
    assert member.name not in page.partition("Author</h2>")[0].partition("Decide")[2]
    client.post(page_of(own), {"do": "deed", "deed": "dismiss", "reason": "It is fine."})
    client.post(page_of(own), {"do": "claim"})
    assert not waiting.lines(viewer_for(moderator))
    case.refresh_from_db()
    assert (case.settled_at, case.claimed_by) == (None, None)
    assert "Mind these words of mine" in client_of(administrator).get("/moderation/").content.decode()


def test_an_author_who_moderates_decides_nothing_about_words_of_their_own(
    topic: Topic, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    held = PostFactory(topic=topic, author=moderator, held="Listed: casino")
    hidden = PostFactory(topic=topic, author=moderator)
    moderation.hide_post(hidden, administrator, "Off topic.")
    asked = TopicFactory(board=topic.board, author=moderator, withheld=True)
    moderation.hide_topic(asked, administrator, "Off topic.")
    client = client_of(moderator)
    for own, deed in ((held, "approve"), (hidden, "unhide")):
        assert "Nothing is to be decided here." in client.get(page_of(own)).content.decode()
        client.post(page_of(own), {"do": "deed", "deed": deed, "reason": "It is fine."})
    address = page_url(topic.board)
    for action in ("hide", "unhide"):
        found = client.post(f"{address}topic/{asked.pk}/{action}/", {"reason": "It is fine."})
        assert found.status_code == 404
    for act in Act.objects.filter(by=administrator):
        assert client.post(f"/moderation/log/{act.pk}/undo/").status_code == 404
    assert set(Post.objects.filter(pk__in=[held.pk, hidden.pk]).values_list("hidden", flat=True)) == {True}
    assert Topic.objects.get(pk=asked.pk).hidden
    assert "Take back" not in client.get("/moderation/log/").content.decode()
    client_of(administrator).post(page_of(held), {"do": "deed", "deed": "approve", "reason": "It is fine."})
    assert not Post.objects.get(pk=held.pk).hidden


def test_who_asked_without_a_name_does_not_learn_who_reported_it(
    topic: Topic, member: User, moderator: User, client_of: ClientOf
) -> None:
    own = TopicFactory(board=topic.board, author=moderator, withheld=True).posts.get()
    reported(own, member, "What cheek.")
    assert "What cheek." not in client_of(moderator).get(page_of(own)).content.decode()


def test_a_lead_finds_no_case_of_their_own_on_the_desk(
    led_topic: Topic, led_page: GroupPage, group_member: User, lead: User, client_of: ClientOf
) -> None:
    reported(PostFactory(topic=led_topic, author=lead, body="Words of the lead"), group_member)
    assert "Words of the lead" not in client_of(lead).get(f"{led_page.url}desk/").content.decode()


def test_a_suspended_moderator_handles_nothing_and_lifts_no_suspension(
    post: Post, member: User, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    reported(post, member)
    sanctions.suspend(moderator, administrator, "Rude.", timezone.now() + SOON)
    client = client_of(moderator)
    assert client.get("/moderation/").status_code == 404
    assert client.post(f"/moderation/log/{Act.objects.get().pk}/undo/").status_code == 404
    board = page_url(post.topic.board)
    for path, typed in ((f"topic/{post.topic_id}/hide/", {"reason": "Why not?"}), (f"post/{post.pk}/who/", {})):
        assert client.post(board + path, typed).status_code == 404
    moderator.refresh_from_db()
    assert moderator.suspended_until is not None


def test_moderators_do_not_take_back_what_was_done_about_one_another(
    moderator: User, editor: User, administrator: User, client_of: ClientOf
) -> None:
    from django.contrib.auth.models import Group

    editor.groups.add(Group.objects.get(name="Moderators"))
    sanctions.warn(editor, administrator, "Mind your words.")
    address = f"/moderation/log/{Act.objects.get().pk}/undo/"
    assert client_of(moderator).post(address).status_code == 404
    assert client_of(editor).post(address).status_code == 404
    client_of(administrator).post(address)
    assert Act.objects.get().undone_by == administrator


def test_what_stands_in_a_section_by_now_that_one_may_not_see_is_not_taken_back(
    topic: Topic, led_topic: Topic, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    moderation.hide_topic(topic, moderator, "Off topic.")
    act = Act.objects.get(name__startswith="forums.hide")
    moderation.move(
        Topic.objects.get(pk=topic.pk), BoardPage.objects.get(pk=led_topic.board_id), administrator, "A reason."
    )
    assert client_of(moderator).post(f"/moderation/log/{act.pk}/undo/").status_code == 404
    assert Topic.objects.get(pk=topic.pk).hidden


def test_who_has_the_page_of_a_settled_case_open_is_told_who_was_first_and_does_nothing(
    post: Post, member: User, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    case = reported(post, member)
    assert f'name="case" value="{case.pk}"' in client_of(moderator).get(page_of(post)).content.decode()
    services.settle(case, administrator, Case.Outcome.DISMISSED)
    data = {"do": "deed", "deed": "hide", "reason": "Advertising.", "case": case.pk}
    page = client_of(moderator).post(page_of(post), data, follow=True).content.decode()
    assert "You have changed nothing." in page
    assert not Post.objects.get(pk=post.pk).hidden
    client_of(moderator).post(page_of(post), {**data, "case": ""})
    assert Post.objects.get(pk=post.pk).hidden


def test_a_history_says_nothing_of_sections_that_the_reader_does_not_handle(
    topic: Topic, led_topic: Topic, other_member: User, lead: User, moderator: User, administrator: User
) -> None:
    quiet = PostFactory(topic=led_topic, author=other_member)
    reported(quiet, lead)
    moderation.hide_post(quiet, administrator, "Quiet reasons.")
    sanctions.warn(other_member, administrator, "Loud reasons.")
    seen = listings.history(Handler(viewer_for(moderator), ()), other_member.pk)
    assert seen is not None
    assert (seen.reported, [act.reason for act in seen.acts], len(seen.sanctions)) == (0, ["Loud reasons."], 1)
    leads = listings.history(Handler(viewer_for(lead), (led_topic.board.path,)), other_member.pk)
    assert leads is not None
    assert (leads.reported, [act.reason for act in leads.acts], list(leads.sanctions)) == (1, ["Quiet reasons."], [])
    assert ("Posts", 1) in seen.written
    assert list(leads.written) == []


def test_a_profile_without_an_open_case_offers_no_form(member: User, moderator: User, client_of: ClientOf) -> None:
    page = client_of(moderator).get(f"/moderation/things/member/{member.pk}/").content.decode()
    assert "Nothing is to be decided here." in page
    assert 'value="deed"' not in page


def test_what_was_reported_costs_the_same_for_one_and_for_many(
    topic: Topic, member: User, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(member)

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    def report_and_settle(number: int) -> None:
        for _ in range(number):
            case = services.report(thing_of(PostFactory(topic=topic)), member, "spam")[0].case
            services.settle(case, moderator, Case.Outcome.DISMISSED)
            moderation.hide_topic(TopicFactory(board=topic.board, author=member), moderator, "Off topic.")

    report_and_settle(1)
    before = [queries(path) for path in ("/moderation/reports/", "/notifications/")]
    report_and_settle(5)
    assert [queries(path) for path in ("/moderation/reports/", "/notifications/")] == before

"""The queue: who sees which cases, the oldest first, and of two people on one case the second is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums.models import Post, Topic
from portal.accounts.models import User
from portal.moderation import deciding, kinds, services
from portal.moderation.kinds import Thing
from portal.moderation.models import Act, Case
from tests.factories.forums import PostFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def thing_of(post: Post) -> Thing:
    return kinds.handled([("post", str(post.pk))])["post", str(post.pk)]


def reported(post: Post, by: User, words: str = "") -> Case:
    return services.report(thing_of(post), by, "spam", words)[0].case


def page_of(post: Post) -> str:
    return f"/moderation/things/post/{post.pk}/"


def test_moderators_find_the_longest_wait_first(
    topic: Topic, member: User, moderator: User, client_of: ClientOf
) -> None:
    cases = [reported(PostFactory(topic=topic, body=f"Words {number}"), member) for number in range(2)]
    Case.objects.filter(pk=cases[1].pk).update(opened_at=timezone.now() - timedelta(days=1))
    page = client_of(moderator).get("/moderation/").content.decode()
    assert page.index("Words 1") < page.index("Words 0")


def test_leads_find_what_concerns_their_section_and_nothing_else(
    led_topic: Topic, post: Post, member: User, group_member: User, lead: User, client_of: ClientOf
) -> None:
    quiet = PostFactory(topic=led_topic, author=group_member, body="Unquiet words")
    reported(quiet, lead)
    reported(post, member)
    page = client_of(lead).get("/moderation/").content.decode()
    assert "Unquiet words" in page
    assert "pills" not in page
    assert client_of(lead).get(page_of(quiet)).status_code == 200
    assert client_of(lead).get(page_of(post)).status_code == 404
    assert client_of(lead).get(f"/moderation/members/{member.pk}/").status_code == 404


def test_moderators_find_nothing_of_a_group_that_they_may_not_see(
    led_topic: Topic, lead: User, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    quiet = PostFactory(topic=led_topic, body="Unquiet words")
    reported(quiet, lead)
    assert "Unquiet words" not in client_of(moderator).get("/moderation/").content.decode()
    assert client_of(moderator).get(page_of(quiet)).status_code == 404
    assert "Unquiet words" in client_of(administrator).get("/moderation/").content.decode()


def test_a_lead_of_another_group_finds_nothing(
    led_topic: Topic, other_member: User, lead: User, client_of: ClientOf
) -> None:
    from tests.factories.groups import group

    group(slug="loud", lead=other_member)
    quiet = PostFactory(topic=led_topic, body="Unquiet words")
    reported(quiet, lead)
    assert "Unquiet words" not in client_of(other_member).get("/moderation/").content.decode()
    assert client_of(other_member).get(page_of(quiet)).status_code == 404


def test_a_case_shows_the_posts_around_the_reports_and_the_author(
    topic: Topic, post: Post, member: User, moderator: User, client_of: ClientOf
) -> None:
    PostFactory(topic=topic, body="The answer after it")
    reported(post, member, "Nobody asked for pills.")
    page = client_of(moderator).get(page_of(post)).content.decode()
    for words in ("Half of the customers", "pills", "The answer after it", "Nobody asked for pills."):
        assert words in page
    assert "A city procurement officer" in page
    assert "Member since" in page


def test_who_asked_with_the_name_withheld_stays_unknown_in_a_case(
    topic: Topic, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    Topic.objects.filter(pk=topic.pk).update(withheld=True)
    Post.objects.filter(topic=topic).update(withheld=True)
    question = Post.objects.get(topic=topic)
    reported(question, other_member)
    page = client_of(moderator).get(page_of(question)).content.decode()
    assert member.name not in page
    assert "Asked with the name withheld." in page
    client_of(moderator).post(page_of(question), {"do": "deed", "deed": "hide", "reason": "Off topic."})
    assert "Off topic." not in client_of(moderator).get(f"/moderation/log/?member={member.pk}").content.decode()


def test_hiding_settles_the_case_and_leaves_an_act_with_its_reason(
    post: Post, member: User, moderator: User, client_of: ClientOf
) -> None:
    case = reported(post, member)
    client_of(moderator).post(page_of(post), {"do": "deed", "deed": "hide", "reason": "Advertising."})
    case.refresh_from_db()
    assert (case.settled_by, case.outcome) == (moderator, "acted")
    assert Post.objects.get(pk=post.pk).hidden
    act = Act.objects.get()
    assert (act.name, act.by, act.reason, act.member) == ("forums.hide", moderator, "Advertising.", post.author)


def test_a_reason_is_asked_for(post: Post, member: User, moderator: User, client_of: ClientOf) -> None:
    reported(post, member)
    page = client_of(moderator).post(page_of(post), {"do": "deed", "deed": "hide"}).content.decode()
    assert "Say why: whom it concerns reads it." in page
    assert not Post.objects.get(pk=post.pk).hidden


def test_the_second_to_claim_is_told_who_has_it(
    post: Post, member: User, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    case = reported(post, member)
    assert services.claim(case, moderator) is True
    assert services.claim(case, moderator) is False
    page = client_of(administrator).post(page_of(post), {"do": "claim"}, follow=True).content.decode()
    assert "A portal moderator has claimed this and is at it. You have changed nothing." in page
    data = {"do": "deed", "deed": "hide", "reason": "Advertising."}
    client_of(administrator).post(page_of(post), data)
    assert not Post.objects.get(pk=post.pk).hidden
    assert services.release(case, moderator) is True
    client_of(administrator).post(page_of(post), data)
    assert Post.objects.get(pk=post.pk).hidden


def test_a_claim_that_was_left_ends_by_itself(post: Post, member: User, moderator: User, administrator: User) -> None:
    case = reported(post, member)
    services.claim(case, moderator)
    Case.objects.update(claimed_at=timezone.now() - timedelta(hours=3))
    assert services.claim(case, administrator)


def test_the_second_to_settle_is_told_how_and_does_nothing(
    post: Post, member: User, moderator: User, administrator: User
) -> None:
    case = reported(post, member)
    thing = thing_of(post)
    assert deciding.decide(thing, case, "dismiss", moderator, "Fine.")
    with pytest.raises(services.TakenError) as caught:
        deciding.decide(thing, case, "hide", administrator, "Advertising.")
    said = deciding.who_was_first(caught.value.case)
    assert "A portal moderator has settled this already: Nothing had to be done." in said
    assert not Post.objects.get(pk=post.pk).hidden
    assert not Act.objects.exists()


def test_a_moved_topic_takes_its_open_cases_along(
    post: Post, private_board: object, member: User, moderator: User, client_of: ClientOf
) -> None:
    from forums import moderation
    from forums.models import BoardPage

    reported(post, member)
    assert isinstance(private_board, BoardPage)
    moderation.move(post.topic, private_board, moderator, "It is private.")
    assert Case.objects.get().page_id == private_board.pk
    assert "pills" not in client_of(moderator).get("/moderation/").content.decode()


def test_the_queue_asks_the_database_the_same_for_one_case_as_for_many(
    topic: Topic, member: User, editor: User, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(moderator)

    def asked(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url)
        return len(queries)

    post = PostFactory(topic=topic, author=editor)
    reported(post, member)
    before = asked("/moderation/"), asked(page_of(post)), asked("/moderation/log/")
    for number in range(8):
        other = PostFactory(topic=topic, author=editor, body=f"Words {number}")
        reported(other, member)
        reported(other, moderator)
        reported(post, User.objects.create_user(f"m{number}@example.org", "x", name=f"Member {number}"))
    assert (asked("/moderation/"), asked(page_of(post)), asked("/moderation/log/")) == before

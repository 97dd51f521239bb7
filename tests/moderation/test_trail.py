"""One trail: who, when, what, why; found by person and thing; taken back by a button; the author is told."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums import moderation, splitting
from forums.models import BoardPage, Post, PostVersion, Topic
from portal.accounts.models import User
from portal.core.viewer import viewer_for
from portal.moderation import trail
from portal.moderation.models import Act
from portal.notifications import verbs
from portal.notifications.models import Notification
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
WHY = "It fits better there."


def test_the_trail_says_who_did_what_and_why_and_is_found_by_person_and_thing(
    post: Post, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    moderation.hide_post(post, moderator, "Advertising.")
    moderation.lock(post.topic, administrator, "Enough was said.")
    client = client_of(moderator)
    page = client.get("/moderation/log/").content.decode()
    assert page.index("Enough was said.") < page.index("Advertising.")
    for query in (f"by={moderator.pk}", f"member={post.author_id}", f"kind=post&key={post.pk}"):
        page = client.get(f"/moderation/log/?{query}").content.decode()
        assert "Advertising." in page, query
        assert "Enough was said." not in page, query
    assert client.get("/moderation/log/?by=x").status_code == 404


def test_each_act_is_taken_back_once(post: Post, moderator: User, client_of: ClientOf) -> None:
    moderation.hide_post(post, moderator, "Advertising.")
    act = Act.objects.get()
    client = client_of(moderator)
    client.post(f"/moderation/log/{act.pk}/undo/")
    assert not Post.objects.get(pk=post.pk).hidden
    act.refresh_from_db()
    assert act.undone_by == moderator
    moderation.hide_post(post, moderator, "After all.")
    page = client.post(f"/moderation/log/{act.pk}/undo/", follow=True).content.decode()
    assert "Nothing to take back" in page
    assert Post.objects.get(pk=post.pk).hidden


@pytest.mark.parametrize("reason", ["", " "])
def test_nothing_is_done_to_somebody_s_words_without_a_reason(
    reason: str, post: Post, topic: Topic, moderator: User
) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        moderation.hide_post(post, moderator, reason)
    with pytest.raises(ValueError, match="needs a reason"):
        moderation.lock(topic, moderator, reason)
    assert not Post.objects.get(pk=post.pk).hidden
    assert not Topic.objects.get(pk=topic.pk).locked
    assert not Act.objects.exists()


def test_what_has_changed_since_is_not_taken_back(topic: Topic, moderator: User) -> None:
    moderation.lock(topic, moderator, "A reason.")
    moderation.unlock(topic, moderator, "A reason.")
    first = Act.objects.last()
    assert first
    assert trail.undo(first, moderator) is False
    first.refresh_from_db()
    assert first.undone_at is None


def test_a_move_is_taken_back_to_where_it_came_from(topic: Topic, board: BoardPage, moderator: User) -> None:
    moderation.move(topic, BoardFactory(slug="elsewhere"), moderator, "Belongs there.")
    assert trail.undo(Act.objects.get(), moderator)
    assert Topic.objects.get(pk=topic.pk).board_id == board.pk


def test_an_edit_by_a_moderator_keeps_what_stood_there_and_who_replaced_it(
    post: Post, moderator: User, client_of: ClientOf
) -> None:
    board = post.topic.url.rsplit("/", 2)[0]
    address = f"{board}/moderate/post/{post.pk}/edit/"
    page = client_of(moderator).post(address, {"body": "Kind words"}).content.decode()
    assert "Say why: whom it concerns reads it." in page
    client_of(moderator).post(address, {"body": "Kind words", "reason": "Names a person."})
    post.refresh_from_db()
    assert post.body == "Kind words"
    version = PostVersion.objects.get()
    assert (version.body, version.replaced_by) == ("Buy my **pills** at once.", moderator)
    act = Act.objects.get()
    assert (act.name, act.reason) == ("forums.edit", "Names a person.")
    assert trail.undo(act, moderator)
    post.refresh_from_db()
    assert post.body == "Buy my **pills** at once."


def test_an_author_edits_as_before_and_the_version_says_so(post: Post, other_member: User, client_of: ClientOf) -> None:
    board = post.topic.url.rsplit("/", 2)[0]
    client_of(other_member).post(f"{board}/post/{post.pk}/edit/", {"body": "Kind words"})
    assert PostVersion.objects.get().replaced_by == other_member
    assert not Act.objects.exists()


def test_the_author_is_told_and_nobody_else_reads_it(
    post: Post, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    moderation.hide_post(post, moderator, "Advertising.")
    row = Notification.objects.get(verb="moderation.outcome")
    notice = verbs.Notice(row.pk, other_member.pk, row.verb, row.about, row.key, row.source, row.actor_id, row.at)
    said = verbs.find(row.verb).say(notice, viewer_for(other_member))
    assert said
    assert "A moderator has hidden what you wrote" in said.title
    assert verbs.find(row.verb).say(notice, viewer_for(member)) is None
    page = client_of(other_member).get(said.url).content.decode()
    assert "Advertising." in page
    assert client_of(member).get(said.url).status_code == 404
    trail.undo(Act.objects.get(), moderator)
    assert Notification.objects.filter(verb="moderation.outcome", recipient=other_member).count() == 2
    assert "Taken back:" in client_of(other_member).get(said.url).content.decode()


MOVES: dict[str, Callable[[Topic, Topic, User], object]] = {
    "to another board": lambda topic, other, by: moderation.move(topic, other.board, by, WHY),
    "into a topic of its own": lambda topic, other, by: splitting.split(
        topic, list(topic.posts.filter(position__gt=1)), by, title="A question of its own", reason=WHY
    ),
    "into another topic": lambda topic, other, by: splitting.merge(topic, other, by, WHY),
}


@pytest.mark.parametrize("where", MOVES)
def test_everybody_whose_post_went_elsewhere_is_told_once_and_led_to_it(
    where: str,
    topic: Topic,
    post: Post,
    member: User,
    other_member: User,
    group_member: User,
    moderator: User,
    client_of: ClientOf,
) -> None:
    PostFactory(topic=topic, author=other_member)
    PostFactory(topic=topic, author=moderator)
    MOVES[where](topic, TopicFactory(board=BoardFactory(slug="elsewhere"), author=group_member), moderator)
    told = Notification.objects.filter(verb="moderation.outcome")
    assert sorted(told.values_list("recipient", flat=True)) == sorted([member.pk, other_member.pk])
    page = client_of(other_member).get("/notifications/").content.decode()
    assert where in page
    assert topic.title not in page
    address = f"/moderation/outcomes/{Act.objects.get().pk}/"
    page = client_of(other_member).get(address).content.decode()
    assert WHY in page
    assert f'href="{Post.objects.select_related("topic__board").get(pk=post.pk).url}"' in page
    for reader in (group_member, moderator):
        assert client_of(reader).get(address).status_code == (200 if reader == moderator else 404)
    trail.undo(Act.objects.get(), moderator)
    assert sorted(told.values_list("recipient", flat=True)) == sorted([member.pk, other_member.pk] * 2)
    assert "Taken back:" in client_of(other_member).get(address).content.decode()


def test_who_may_not_look_where_a_post_went_learns_that_it_went_and_no_more(
    topic: Topic, post: Post, private_board: BoardPage, other_member: User, administrator: User, client_of: ClientOf
) -> None:
    moderation.move(topic, private_board, administrator, WHY)
    Topic.objects.filter(pk=topic.pk).update(title="A confidential title")
    page = client_of(other_member).get(f"/moderation/outcomes/{Act.objects.get().pk}/").content.decode()
    assert "to another board" in page
    assert "confidential" not in page
    assert private_board.title not in page


def test_a_moderator_who_wrote_it_is_not_told_of_the_own_act(topic: Topic, moderator: User) -> None:
    moderation.hide_post(PostFactory(topic=topic, author=moderator), moderator, "A reason.")
    assert not Notification.objects.exists()


def test_hiding_an_accepted_answer_and_taking_it_back_accepts_it_again(
    topic: Topic, post: Post, moderator: User
) -> None:
    from forums import services

    services.accept(topic, post)
    accepted_at = Post.objects.get(pk=post.pk).accepted_at
    moderation.hide_post(post, moderator, "A reason.")
    assert Post.objects.get(pk=post.pk).accepted_at is None
    assert Topic.objects.get(pk=topic.pk).accepted_count == 0
    trail.undo(Act.objects.get(), moderator)
    assert Post.objects.get(pk=post.pk).accepted_at == accepted_at
    assert Topic.objects.get(pk=topic.pk).accepted_count == 1

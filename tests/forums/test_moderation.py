"""Hiding, locking, pinning, moving: atomic, False if nothing changed, and kept in the trail."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums import moderation, services
from forums.models import BoardPage, Topic
from portal.accounts.models import User
from portal.core.viewer import VISITOR, viewer_for
from portal.moderation.models import Act
from portal.search.models import SearchEntry
from tests.factories.forums import BoardFactory, PostFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.mark.parametrize(
    ("act", "undo", "field"),
    [
        (moderation.hide_topic, moderation.unhide_topic, "hidden"),
        (moderation.lock, moderation.unlock, "locked"),
        (moderation.pin, moderation.unpin, "pinned"),
    ],
)
def test_each_act_is_done_once_and_undone_once(
    act: Callable[..., bool], undo: Callable[..., bool], field: str, topic: Topic, moderator: User
) -> None:
    assert undo(topic, moderator, "A reason.") is False
    assert act(topic, moderator, "A reason.") is True
    assert act(topic, moderator, "A reason.") is False
    assert getattr(Topic.objects.get(pk=topic.pk), field) is True
    assert undo(topic, moderator, "A reason.") is True
    assert getattr(Topic.objects.get(pk=topic.pk), field) is False
    assert Act.objects.filter(kind="topic", key=str(topic.pk), by=moderator).count() == 2


def test_a_hidden_answer_is_not_counted_not_searched_and_no_longer_accepted(
    topic: Topic, other_member: User, moderator: User
) -> None:
    post = PostFactory(topic=topic, author=other_member, body="Unwelcome words")
    services.accept(topic, post)
    assert moderation.hide_post(post, moderator, "A reason.")
    assert moderation.hide_post(post, moderator, "A reason.") is False
    topic.refresh_from_db()
    assert (topic.reply_count, topic.post_count, topic.accepted_count) == (0, 2, 0)
    assert topic.last_post_at == topic.created_at
    assert "Unwelcome" not in SearchEntry.objects.get(key=f"topic:{topic.pk}").body
    assert moderation.unhide_post(post, moderator, "A reason.")
    assert moderation.unhide_post(post, moderator, "A reason.") is False
    assert "Unwelcome" in SearchEntry.objects.get(key=f"topic:{topic.pk}").body


def test_a_hidden_topic_leaves_search_and_comes_back(topic: Topic, moderator: User) -> None:
    moderation.hide_topic(topic, moderator, "A reason.")
    assert not SearchEntry.objects.filter(key=f"topic:{topic.pk}").exists()
    assert not Topic.objects.visible(VISITOR).exists()
    assert Topic.objects.visible(viewer_for(moderator)).get() == topic
    moderation.unhide_topic(topic, moderator, "A reason.")
    assert SearchEntry.objects.filter(key=f"topic:{topic.pk}").exists()


def test_a_moved_topic_takes_the_audience_and_address_of_its_new_board(
    topic: Topic, private_board: BoardPage, moderator: User
) -> None:
    assert moderation.move(topic, private_board, moderator, "A reason.")
    assert moderation.move(topic, private_board, moderator, "A reason.") is False
    assert not Topic.objects.visible(VISITOR).exists()
    entry = SearchEntry.objects.get(key=f"topic:{topic.pk}")
    assert entry.audience_id == private_board.gate.audience_id
    assert entry.url.startswith("/forums/privacy-group/")


def test_a_board_that_becomes_private_takes_its_topics_along_in_search(topic: Topic, board: BoardPage) -> None:
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=board, restriction_type=PageViewRestriction.LOGIN)
    board = BoardPage.objects.get(pk=board.pk)
    assert board.gate.audience_id != 1
    assert SearchEntry.objects.get(key=f"topic:{topic.pk}").audience_id == board.gate.audience_id
    assert SearchEntry.objects.get(key=f"board:{board.pk}").audience_id == board.gate.audience_id


def test_a_board_taken_down_takes_its_topics_along_in_search(topic: Topic, board: BoardPage) -> None:
    board.unpublish()
    assert not SearchEntry.objects.filter(kind__in=["topic", "board"]).exists()
    board.save_revision().publish()
    assert SearchEntry.objects.filter(key=f"topic:{topic.pk}").exists()


def test_a_board_with_another_address_changes_its_topics_addresses_in_search(topic: Topic, board: BoardPage) -> None:
    board.slug = "money"
    board.save_revision().publish()
    assert SearchEntry.objects.get(key=f"topic:{topic.pk}").url.startswith("/forums/money/")


def test_a_topic_moved_between_public_boards_leads_from_its_old_address(
    topic: Topic, moderator: User, visitor_client: object
) -> None:
    old = topic.url
    moderation.move(topic, BoardFactory(slug="elsewhere"), moderator, "A reason.")
    response = Client().get(old)
    assert (response.status_code, response["Location"]) == (302, old.replace("/finance/", "/elsewhere/"))


@pytest.mark.parametrize("act", ["hide", "lock", "pin"])
def test_a_button_beside_the_topic_asks_for_the_reason(
    act: str, topic: Topic, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(moderator)
    before = Topic.objects.values().get()
    for reason in ("", "  ", "x" * 501):
        assert client.post(f"/forums/finance/topic/{topic.pk}/{act}/", {"reason": reason})["Location"] == topic.url
        assert Topic.objects.values().get() == before
    client.post(f"/forums/finance/topic/{topic.pk}/{act}/", {"reason": ""})
    assert "Say why: whom it concerns reads it." in client.get(topic.url).content.decode()
    client.post(f"/forums/finance/topic/{topic.pk}/{act}/", {"reason": "Enough was said."})
    assert Act.objects.get().reason == "Enough was said."

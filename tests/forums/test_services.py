"""What members do: asking, answering, editing, accepting; counters and retries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from forums import counting, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.models import CacheGeneration
from portal.search.models import SearchEntry
from tests.factories.forums import PostFactory, TopicFactory

pytestmark = pytest.mark.django_db


def generation() -> int:
    return CacheGeneration.objects.get(pk=1).number


def test_a_question_is_a_topic_with_its_first_post(board: BoardPage, member: User) -> None:
    topic, created = services.ask(board, member, title="Who holds the budget?", body="**Really**")
    assert created
    assert topic.slug == "who-holds-the-budget"
    post = topic.posts.get()
    assert (post.position, post.author, post.html) == (1, member, "<p><strong>Really</strong></p>\n")
    topic.refresh_from_db()
    assert (topic.post_count, topic.reply_count) == (1, 0)


def test_a_title_without_latin_letters_still_has_an_address(board: BoardPage, member: User) -> None:
    topic, _ = services.ask(board, member, title="予算は誰が持ちますか", body="?!")
    assert topic.slug == "question"


def test_the_same_form_sent_twice_asks_once(board: BoardPage, member: User) -> None:
    first, created = services.ask(board, member, title="Who holds the budget?", body="x", token="t" * 20)
    second, again = services.ask(board, member, title="Who holds the budget?", body="x", token="t" * 20)
    assert (created, again) == (True, False)
    assert first == second
    assert Topic.objects.count() == 1


def test_the_same_answer_sent_twice_is_one_post(topic: Topic, other_member: User) -> None:
    first, created = services.answer(topic, other_member, body="x", token="t" * 20)
    second, again = services.answer(topic, other_member, body="x", token="t" * 20)
    assert (created, again, first) == (True, False, second)
    assert topic.posts.count() == 2


def test_a_race_of_two_requests_with_one_token_is_told_apart_by_the_database(
    topic: Topic, other_member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = services.answer(topic, other_member, body="x", token="t" * 20)
    answers = iter([None, first])
    monkeypatch.setattr(services, "posted", lambda author, token: next(answers))
    second, created = services.answer(topic, other_member, body="x", token="t" * 20)
    assert (second, created) == (first, False)
    assert topic.posts.count() == 2


def test_two_members_may_happen_to_have_the_same_token(topic: Topic, member: User, other_member: User) -> None:
    assert services.answer(topic, other_member, body="x", token="t" * 20)[1]
    assert services.answer(topic, member, body="x", token="t" * 20)[1]


def test_positions_are_dense_and_counters_follow(topic: Topic, other_member: User) -> None:
    for _ in range(3):
        PostFactory(topic=topic, author=other_member)
    topic.refresh_from_db()
    assert list(topic.posts.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert (topic.post_count, topic.reply_count) == (4, 3)
    assert topic.last_post_at == topic.posts.latest("position").created_at


def test_editing_keeps_what_stood_there(topic: Topic) -> None:
    post = topic.posts.get()
    assert services.edit(post, body="New words", title="A better title for it")
    post.refresh_from_db()
    topic.refresh_from_db()
    assert (post.body, post.html) == ("New words", "<p>New words</p>\n")
    assert post.edited_at is not None
    assert (topic.title, topic.slug) == ("A better title for it", "a-better-title-for-it")
    version = post.versions.get()
    assert version.body == "Half of the customers do not use it."
    assert version.title == "How did you price a service that half do not use?"
    assert version.written_at == post.created_at


def test_saving_an_edit_without_a_change_changes_nothing(topic: Topic) -> None:
    post = topic.posts.get()
    before = generation()
    assert services.edit(post, body=post.body, title=topic.title) is False
    post.refresh_from_db()
    assert post.edited_at is None
    assert not post.versions.exists()
    assert generation() == before


def test_an_answer_has_no_title_to_edit(topic: Topic, other_member: User) -> None:
    post = PostFactory(topic=topic, author=other_member)
    assert services.edit(post, body="Other words", title="Not my title at all")
    topic.refresh_from_db()
    assert topic.title == "How did you price a service that half do not use?"
    assert post.versions.get().title == ""


def accepted(topic: Topic) -> list[Post]:
    return list(topic.posts.filter(accepted_at__isnull=False).order_by("position"))


def test_a_topic_may_have_several_accepted_answers(topic: Topic, other_member: User) -> None:
    first = PostFactory(topic=topic, author=other_member)
    second = PostFactory(topic=topic, author=other_member)
    stale = Topic.objects.get(pk=topic.pk)
    assert services.accept(topic, first)
    assert services.accept(stale, second)
    topic.refresh_from_db()
    assert accepted(topic) == [first, second]
    assert topic.accepted_count == 2


def test_accepting_twice_changes_nothing(topic: Topic, other_member: User) -> None:
    post = PostFactory(topic=topic, author=other_member)
    assert services.accept(topic, post)
    assert services.accept(topic, post) is False


def test_taking_back_an_acceptance_leaves_the_others_and_is_done_once(topic: Topic, other_member: User) -> None:
    first, second = PostFactory(topic=topic, author=other_member), PostFactory(topic=topic, author=other_member)
    services.accept(topic, first)
    services.accept(topic, second)
    assert services.unaccept(topic, first)
    assert services.unaccept(topic, first) is False
    topic.refresh_from_db()
    assert accepted(topic) == [second]
    assert topic.accepted_count == 1
    assert services.unaccept(topic, second)
    topic.refresh_from_db()
    assert (accepted(topic), topic.accepted_count) == ([], 0)


def test_what_cannot_be_accepted(topic: Topic, other_member: User, board: BoardPage) -> None:
    elsewhere = PostFactory(topic=TopicFactory(board=board), author=other_member)
    hidden = PostFactory(topic=topic, author=other_member)
    Post.objects.filter(pk=hidden.pk).update(hidden=True)
    for post in (topic.posts.get(position=1), elsewhere, hidden):
        assert services.accept(topic, post) is False


def test_recount_sets_wrong_counters_right_and_says_how_many(topic: Topic, other_member: User) -> None:
    PostFactory(topic=topic, author=other_member)
    assert counting.recount() == 0
    Topic.objects.update(reply_count=9, post_count=9, accepted_count=9, last_post_at=timezone.now() - timedelta(days=9))
    assert counting.recount() == 1
    topic.refresh_from_db()
    assert (topic.reply_count, topic.post_count, topic.accepted_count) == (1, 2, 0)
    assert topic.last_post_at == topic.posts.latest("position").created_at


def test_every_visible_change_ends_the_stored_pages(board: BoardPage, member: User, other_member: User) -> None:
    seen = [generation()]
    topic, _ = services.ask(board, member, title="Who holds the budget?", body="x")
    seen.append(generation())
    post, _ = services.answer(topic, other_member, body="y")
    seen.append(generation())
    services.edit(post, body="z")
    seen.append(generation())
    services.accept(topic, post)
    seen.append(generation())
    services.unaccept(topic, post)
    seen.append(generation())
    assert seen == sorted(set(seen))


def test_search_finds_the_words_of_every_shown_post(topic: Topic, other_member: User) -> None:
    post = PostFactory(topic=topic, author=other_member, body="The answer is chargeback.")
    entry = SearchEntry.objects.get(key=f"topic:{topic.pk}")
    assert "chargeback" in entry.body
    assert entry.url == topic.url
    services.accept(topic, post)
    entry.refresh_from_db()
    assert entry.facets.filter(facet="answered", value="yes").exists()

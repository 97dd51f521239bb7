"""What was typed and not posted outlives the browser, for nobody but its writer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forums import drafts, services
from forums.models import BoardPage, Draft, Post, Topic
from portal.accounts.models import User
from tests.factories.forums import PostFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
KEEP = "/forums/finance/write/draft/"
TOKEN = "a-token-of-one-form-1234"


def test_what_a_script_keeps_fills_the_form_when_it_is_opened_again(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    kept = client.post(KEEP, {"place": f"ask:{board.pk}", "title": "Half a ti", "body": "Half a story"})
    assert kept.status_code == 204
    page = client.get("/forums/finance/new/").content.decode()
    assert 'value="Half a ti"' in page
    assert "Half a story" in page
    assert "Half a" not in client_of(other_member).get("/forums/finance/new/").content.decode()


def test_without_a_script_a_button_keeps_the_draft_and_shows_all_of_them(
    board: BoardPage, topic: Topic, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    answer = client.post("/forums/finance/new/", {"title": "", "body": "Half a story", "do": "draft"}, follow=True)
    assert answer.redirect_chain == [("/forums/drafts/", 302)]
    client.post(f"/forums/finance/topic/{topic.pk}/answer/", {"body": "Half an answer", "do": "draft"})
    question = topic.posts.get()
    client.post(
        f"/forums/finance/post/{question.pk}/edit/", {"title": topic.title, "body": "Half a change", "do": "draft"}
    )
    page = client.get("/forums/drafts/").content.decode()
    assert all(words in page for words in ("Half a story", "Half an answer", "Half a change"))
    assert "Half an answer" in client.get(topic.url).content.decode()
    assert "Half a change" in client.get(f"/forums/finance/post/{question.pk}/edit/").content.decode()
    assert not Post.objects.exclude(pk=question.pk).exists()


def test_posting_ends_the_draft_in_the_same_transaction(board: BoardPage, topic: Topic, member: User) -> None:
    for place in (drafts.asking(board.pk), drafts.answering(topic.pk), drafts.editing(topic.posts.get().pk)):
        assert drafts.save(member, place, title="", body="Half")
    services.answer(topic, member, body="Whole")
    services.ask(board, member, title="A whole question", body="Whole")
    services.edit(topic.posts.get(position=1), body="Whole")
    assert not Draft.objects.exists()


def test_a_save_that_comes_after_its_form_was_posted_is_too_late(topic: Topic, member: User) -> None:
    services.answer(topic, member, body="Whole", token=TOKEN)
    assert not drafts.save(member, drafts.answering(topic.pk), title="", body="Half", token=TOKEN)
    assert not Draft.objects.exists()


def test_saving_the_same_twice_changes_nothing_and_an_emptied_form_forgets(topic: Topic, member: User) -> None:
    place = drafts.answering(topic.pk)
    assert drafts.save(member, place, title="", body="Half")
    assert not drafts.save(member, place, title="", body="Half")
    assert drafts.save(member, place, title="", body="  ")
    assert not drafts.save(member, place, title="", body="")
    assert not Draft.objects.exists()


def test_nobody_keeps_a_draft_where_he_may_not_write(
    topic: Topic, private_topic: Topic, member: User, other_member: User, client_of: ClientOf
) -> None:
    question = topic.posts.get()
    secret = f"{private_topic.board.url}write/draft/"
    attempts = [
        (other_member, KEEP, f"edit:{question.pk}"),
        (member, KEEP, f"answer:{private_topic.pk}"),
        (member, KEEP, f"ask:{private_topic.board_id}"),
        (member, secret, f"ask:{private_topic.board_id}"),
        (member, KEEP, "answer:x"),
        (member, KEEP, f"answer:{10**30}"),
        (member, KEEP, ""),
        (None, KEEP, f"answer:{topic.pk}"),
    ]
    for who, address, place in attempts:
        assert client_of(who).post(address, {"place": place, "body": "Half"}).status_code == 404, place
    assert not Draft.objects.exists()


def test_drafts_are_thrown_away_by_their_writer_only(
    topic: Topic, member: User, other_member: User, client_of: ClientOf
) -> None:
    drafts.save(member, drafts.answering(topic.pk), title="", body="Half")
    pk = Draft.objects.get().pk
    client_of(other_member).post("/forums/drafts/", {"draft": str(pk)})
    assert Draft.objects.exists()
    client_of(member).post("/forums/drafts/", {"draft": str(pk)})
    assert not Draft.objects.exists()
    assert client_of(member).post("/forums/drafts/", {"draft": "x" * 30}).status_code == 302


def test_a_place_that_was_closed_to_the_writer_is_not_named(
    private_topic: Topic, group_member: User, client_of: ClientOf
) -> None:
    drafts.save(group_member, drafts.answering(private_topic.pk), title="", body="My own words")
    group_member.groups.clear()
    page = client_of(group_member).get("/forums/drafts/").content.decode()
    assert "My own words" in page
    assert private_topic.title not in page


def test_words_that_are_brought_along_and_a_draft_do_not_push_each_other_out(
    board: BoardPage, member: User, client_of: ClientOf
) -> None:
    drafts.save(member, drafts.asking(board.pk), title="My old title", body="My old text")
    page = client_of(member).get("/forums/finance/new/?q=Brought from elsewhere").content.decode()
    assert all(words in page for words in ("My old title", "My old text", "Brought from elsewhere"))


def test_old_drafts_are_forgotten_and_nobody_has_more_than_fifty(topic: Topic, member: User) -> None:
    drafts.save(member, drafts.answering(topic.pk), title="", body="Old")
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=61))
    assert drafts.prune() == 1
    for number in range(drafts.MOST + 3):
        drafts.save(member, f"answer:{number + 1000}", title="", body="Half")
    assert Draft.objects.count() == drafts.MOST


def test_the_list_of_drafts_costs_the_same_however_many(
    board: BoardPage, member: User, client_of: ClientOf, django_assert_num_queries: Callable[..., object]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client_of(member).get("/forums/drafts/").status_code == 200
        return len(captured)

    for place in (drafts.asking(board.pk), drafts.answering(PostFactory().topic_id), drafts.editing(PostFactory().pk)):
        drafts.save(member, place, title="", body="Half")
    queries()
    before = queries()
    for _ in range(6):
        post = PostFactory()
        drafts.save(member, drafts.answering(post.topic_id), title="", body="Half")
        drafts.save(member, drafts.editing(post.pk), title="", body="Half")
    assert queries() == before

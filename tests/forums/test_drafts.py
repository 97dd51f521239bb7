"""What was typed and not posted outlives the browser, for nobody but its writer."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from forums import drafts, files, services
from forums.forms import too_long
from forums.models import BODY_LENGTH, Attachment, BoardPage, Draft, Post, Topic
from portal.accounts.models import User
from taxonomy.models import Concept, Status
from tests.factories.forums import PostFactory, attached
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
KEEP = "/forums/finance/write/draft/"
TOKEN = "a-token-of-one-form-1234"


@pytest.fixture(autouse=True)
def _kept_in(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


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


@pytest.fixture
def service_charge(db: None) -> Concept:
    return concept("service charge", scheme=SchemeFactory(slug="topic", title="Topic"), slug="service-charge")


def begun(about: Topic, ticked: Concept) -> dict[str, object]:
    """All that the form with which a topic is begun says, of a member who does not want to be named."""
    return {
        "kind": "clinic",
        "title": "Half a title",
        "body": "Half a story",
        "concepts": [str(ticked.pk), "9" * 18, "x"],
        "withheld": "on",
        "mailed": "on",
        "about": str(about.board_id),
        "attaching": "1",
    }


@pytest.mark.parametrize("way", ["script", "button"])
def test_a_draft_keeps_all_that_the_form_says_above_all_that_the_name_is_kept_back(
    way: str, board: BoardPage, topic: Topic, member: User, service_charge: Concept, client_of: ClientOf
) -> None:
    client, typed = client_of(member), begun(topic, service_charge)
    if way == "script":
        client.post(KEEP, {"place": f"ask:{board.pk}", **typed})
    else:
        client.post("/forums/finance/new/", {**typed, "do": "draft"})
    page = client.get("/forums/finance/new/")
    form = page.context["form"]
    assert form["withheld"].value() is True
    assert form["mailed"].value() is True
    assert form["kind"].value() == "clinic"
    assert form["concepts"].value() == [str(service_charge.pk)]
    assert f'<input type="hidden" name="about" value="{board.pk}">' in page.content.decode()
    shown = client.get("/forums/drafts/").content.decode()
    boxes = ("Your name is kept back", "Mail when somebody answers")
    wanted = ("Problem clinic", *boxes, f"About “{board.title}”", "service charge")
    assert all(f"<bdi>{words}</bdi>" in shown for words in wanted)


def test_a_box_that_is_unticked_again_is_kept_so(board: BoardPage, member: User, client_of: ClientOf) -> None:
    client, typed = client_of(member), {"place": f"ask:{board.pk}", "body": "Half a story"}
    client.post(KEEP, {**typed, "withheld": "on"})
    client.post(KEEP, typed)
    assert not client.get("/forums/finance/new/").context["form"]["withheld"].value()


def test_what_can_be_chosen_no_longer_is_left_out_of_a_restored_draft(
    board: BoardPage, private_topic: Topic, member: User, service_charge: Concept, client_of: ClientOf
) -> None:
    client = client_of(member)
    typed = begun(private_topic, service_charge) | {"kind": "announcement"}
    client.post(KEEP, {"place": f"ask:{board.pk}", **typed})
    Concept.objects.update(status=Status.DEPRECATED)
    page = client.get("/forums/finance/new/")
    assert page.context["form"]["concepts"].value() == []
    assert page.context["form"]["kind"].value() == "question"
    assert 'name="about"' not in page.content.decode()
    assert private_topic.board.title not in client.get("/forums/drafts/").content.decode()
    client.post(
        KEEP, {"place": f"ask:{board.pk}", "body": "Half", "kind": "\x00", "attaching": "1", "attached": "\x00"}
    )
    assert Draft.objects.get().data == {"attached": []}


def test_files_that_are_chosen_without_a_script_are_kept_with_the_draft(
    board: BoardPage, topic: Topic, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)

    def sent(name: str, content: bytes = b"1;2\n") -> dict[str, object]:
        return {"attaching": "1", "files": SimpleUploadedFile(name, content), "do": "draft"}

    client.post("/forums/finance/new/", {"body": "Half a story", **sent("asked.csv")})
    client.post(f"/forums/finance/topic/{topic.pk}/answer/", sent("answered.csv"))
    edit = f"/forums/finance/post/{topic.posts.get().pk}/edit/"
    client.post(edit, {"body": "Half a change", **sent("changed.csv")})
    refused = client.post(edit, {"body": "Half a change", **sent("page.html", b"<p>")}, follow=True)
    assert "files of this kind are not taken" in refused.content.decode()
    client.post(edit, {"body": "Half a change", **sent("changed.csv")})
    for address, name in (("/forums/finance/new/", "asked"), (topic.url, "answered"), (edit, "changed")):
        assert [row.name for row in client.get(address).context["form"].attaching.rows] == [f"{name}.csv"], address
    assert "answered.csv" in client.get("/forums/drafts/").content.decode()


def test_a_file_in_a_draft_is_not_forgotten_and_one_that_stood_beside_a_post_is_missed_if_it_was_taken_away(
    topic: Topic, member: User, other_member: User, client_of: ClientOf
) -> None:
    question = topic.posts.get()
    left, added, alien = attached(question, member), attached(None, member), attached(None, other_member)
    client, edit = client_of(member), f"/forums/finance/post/{question.pk}/edit/"
    typed = {"place": f"edit:{question.pk}", "body": "Half a change", "attaching": "1"}
    client.post(KEEP, {**typed, "attached": [added.key, alien.key]})
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert files.forget_unposted() == 1
    assert [row.key for row in client.get(edit).context["form"].attaching.rows] == [added.key]
    assert left.key not in client.get(edit).content.decode()
    drafts.forget(member, drafts.editing(question.pk))
    assert files.forget_unposted() == 1
    assert [row.key for row in client.get(edit).context["form"].attaching.rows] == [left.key]


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


def test_what_no_post_may_hold_is_no_draft_and_stays_in_the_form_whole(
    board: BoardPage, topic: Topic, member: User, client_of: ClientOf
) -> None:
    client, body = client_of(member), "y" * BODY_LENGTH + " end"
    place = {"place": f"ask:{board.pk}"}
    client.post(KEEP, {**place, "body": "Kept before"})
    refused = client.post(KEEP, {**place, "body": body})
    assert refused.status_code == client.post(KEEP, {**place, "title": "x" * 161}).status_code == 413
    assert refused.content.decode() == too_long()
    for address in ("/forums/finance/new/", f"/forums/finance/topic/{topic.pk}/answer/"):
        page = client.post(address, {"title": "A whole question", "body": body, "do": "draft"})
        assert page.status_code == 200
        assert f"this one has {BODY_LENGTH + 4}" in page.content.decode()
        assert f"{body}</textarea>" in page.content.decode()
    assert Draft.objects.get().body == "Kept before"
    # A title comes with an answer from no form of ours.
    client.post(f"/forums/finance/topic/{topic.pk}/answer/", {"title": "x" * 161, "body": "Half", "do": "draft"})
    assert Draft.objects.get(body="Half").title == ""


def test_a_quotation_does_not_cut_a_long_draft(topic: Topic, member: User, client_of: ClientOf) -> None:
    drafts.save(member, drafts.answering(topic.pk), title="", body="y" * (BODY_LENGTH - 4) + " end")
    page = client_of(member).get(f"{topic.url}?quote={topic.posts.get().pk}")
    assert f" end\n\n[{member.name} wrote]" in page.context["form"]["body"].value()


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

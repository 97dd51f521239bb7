"""Records: for moderators and who runs the section; names that are withheld stay so. Retention: by the clock, with a
row in the trail, and never what is under an open case."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from forums import moderation, records, retention, services, things, views_records
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.moderation import services as cases
from portal.moderation.models import Act
from portal.search.models import SearchEntry
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.groups import group
from tests.factories.pages import add

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
LONG_AGO = timedelta(days=800)


def taken(client: Client, address: str) -> dict[str, list[dict[str, object]]]:
    response = client.get(address)
    assert response.status_code == 200
    return json.loads(b"".join(response.streaming_content))  # type: ignore[attr-defined]


def test_the_record_of_a_board_has_every_topic_with_what_is_hidden_and_what_stood_there_before(
    topic: Topic, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    post = PostFactory(topic=topic, author=other_member, body="First words")
    services.edit(post, body="Second words")
    moderation.hide_post(post, moderator, "A reason.")
    TopicFactory(board=topic.board, title="Another question")
    record = taken(client_of(moderator), "/forums/finance/records/json/")
    assert [found["title"] for found in record["topics"]] == [topic.title, "Another question"]
    said = record["topics"][0]["posts"][1]  # type: ignore[index]
    assert (said["text"], said["hidden"], said["author"]) == ("Second words", True, other_member.name)
    assert said["earlier"][0]["text"] == "First words"
    assert Act.objects.filter(name="forums.export", by=moderator).exists()


def test_a_record_does_not_say_who_asked_with_the_name_withheld(
    topic: Topic, member: User, moderator: User, client_of: ClientOf
) -> None:
    Topic.objects.filter(pk=topic.pk).update(withheld=True)
    Post.objects.filter(topic=topic).update(withheld=True)
    record = taken(client_of(moderator), f"/forums/finance/records/topic/{topic.pk}/json/")
    assert member.name not in json.dumps(record)
    page = client_of(moderator).get(f"/forums/finance/records/topic/{topic.pk}/print/").content.decode()
    assert topic.title in page
    assert member.name not in page


def test_leads_take_records_of_their_section_only(
    topic: Topic, lead: User, group_member: User, other_member: User, client_of: ClientOf
) -> None:
    page = group(slug="quiet", lead=lead, members=[group_member])
    board = BoardPage(title="Quiet board", slug="board")
    page.add_child(instance=board)
    assert client_of(lead).get(f"{page.url}board/records/json/").status_code == 200
    assert client_of(lead).get("/forums/finance/records/json/").status_code == 404
    for reader in (None, group_member, other_member):
        assert client_of(reader).get(f"{page.url}board/records/print/").status_code == 404


def test_who_runs_a_board_takes_what_is_hidden_and_not_what_an_edit_took_back(
    topic: Topic, lead: User, group_member: User, administrator: User, client_of: ClientOf
) -> None:
    page = group(slug="quiet", lead=lead, members=[group_member])
    board = add(page, BoardPage(title="Quiet board", slug="board"))
    asked = TopicFactory(board=BoardPage.objects.get(pk=board.pk), author=group_member, body="My salary is 12.")
    services.edit(asked.posts.get(), body="What is a salary?", by=group_member)
    Post.objects.filter(topic=asked).update(hidden=True)
    for address in (f"{page.url}board/records/json/", f"{page.url}board/records/topic/{asked.pk}/json/"):
        record = taken(client_of(lead), address)
        assert "What is a salary?" in json.dumps(record), address
        assert "My salary" not in json.dumps(record), address
        assert "earlier" not in json.dumps(record), address
        assert "My salary" in json.dumps(taken(client_of(administrator), address)), address
    assert client_of(lead).get(f"{page.url}board/post/{asked.posts.get().pk}/history/").status_code == 404


def test_a_record_leads_to_the_topics_and_posts(topic: Topic, moderator: User, client_of: ClientOf) -> None:
    found = taken(client_of(moderator), "/forums/finance/records/json/")["topics"][0]
    assert found["url"] == f"{settings.BASE_URL}{topic.url}"
    posts = found["posts"]
    assert posts[0]["url"] == f"{settings.BASE_URL}/forums/finance/post/{topic.posts.get().pk}/"  # type: ignore[index]
    page = client_of(moderator).get("/forums/finance/leads/").content.decode()
    for form in ("json", "print"):
        assert f'href="/forums/finance/records/{form}/"' in page


def test_a_large_board_is_printed_by_pages_and_is_whole_in_the_json(
    board: BoardPage, moderator: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "TOPICS_AT_ONCE", 2)
    monkeypatch.setattr(views_records, "TOPICS_ON_A_PAGE", 2)
    titles = [TopicFactory(board=board, title=f"Question number {number}").title for number in range(5)]
    client = client_of(moderator)
    record = taken(client, "/forums/finance/records/json/")
    assert [found["title"] for found in record["topics"]] == titles
    printed = [client.get(f"/forums/finance/records/print/?page={page}").content.decode() for page in (1, 2, 3)]
    for number, title in enumerate(titles):
        assert [title in page for page in printed] == [number // 2 == page for page in range(3)]
    assert "?page=2" in printed[0]
    assert client.get("/forums/finance/records/print/?page=x").status_code == 200


def test_old_topics_of_a_board_that_keeps_them_for_a_time_go_and_leave_a_row(topic: Topic, board: BoardPage) -> None:
    old = TopicFactory(board=board, title="An old question", at=timezone.now() - LONG_AGO)
    PostFactory(topic=old, at=timezone.now() - LONG_AGO)
    assert retention.forget_old() == ""
    BoardPage.objects.filter(pk=board.pk).update(kept_months=24)
    assert retention.forget_old() == "topics deleted: 1"
    assert list(Topic.objects.all()) == [topic]
    assert not SearchEntry.objects.filter(key=f"topic:{old.pk}").exists()
    act = Act.objects.get()
    assert (act.name, act.by, act.title, act.data) == ("forums.retention", None, "An old question", {"posts": 2})
    assert retention.forget_old() == ""


def test_a_board_that_keeps_topics_for_no_month_is_refused_and_loses_none(topic: Topic, board: BoardPage) -> None:
    TopicFactory(board=board, at=timezone.now() - LONG_AGO)
    board.kept_months = 0
    with pytest.raises(ValidationError) as refused:
        board.full_clean()
    assert list(refused.value.message_dict) == ["kept_months"]
    BoardPage.objects.filter(pk=board.pk).update(kept_months=0)
    assert retention.forget_old() == ""
    assert Topic.objects.count() == 2
    board.kept_months = 1
    board.full_clean()


def test_what_is_under_an_open_case_stays(topic: Topic, board: BoardPage, member: User, moderator: User) -> None:
    BoardPage.objects.filter(pk=board.pk).update(kept_months=24)
    asked = [TopicFactory(board=board, at=timezone.now() - LONG_AGO) for _ in range(2)]
    case = cases.report(things.of_topic(asked[0]), member, "spam")[0].case
    post = Post.objects.select_related("topic__board").get(topic=asked[1])
    cases.report(things.of_post(post), member, "spam")
    assert retention.forget_old() == ""
    cases.settle(case, moderator, "dismissed")
    assert retention.forget_old() == "topics deleted: 1"
    assert Topic.objects.filter(pk=asked[1].pk).exists()


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 1, datetime(2025, 12, 15, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 24, datetime(2022, 2, 28, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), 12, datetime(2025, 12, 1, tzinfo=UTC)),
    ],
)
def test_months_are_counted_by_the_calendar(moment: datetime, months: int, before: datetime) -> None:
    assert retention.months_before(moment, months) == before

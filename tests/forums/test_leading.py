"""The page of those who run a board: what waits, who is new, who is active, and that it costs the same at any size."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums import keeping, leading, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_for
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.groups import group
from tests.factories.pages import add

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
LEADS = "/forums/finance/leads/"


def ask(board: BoardPage, days: int, author: User | None = None, title: str = "") -> Topic:
    words = title or f"Asked {days} days ago?"
    return TopicFactory(board=board, author=author, title=words, at=timezone.now() - timedelta(days=days))


def test_it_says_what_waits_and_where_it_is_done(
    board: BoardPage, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    ask(board, 10, member)
    ask(board, 1, member)
    solved = ask(board, 5, member, "Who pays for idle services?")
    answer = PostFactory(topic=solved, author=other_member)
    services.accept(solved, answer)
    keeping.say_outdated(answer)
    client = client_of(moderator)
    text = client.get(LEADS).content.decode()
    assert "1 question has waited for long" in text
    assert "Asked 10 days ago?" in text
    assert "Asked 1 days ago?" not in text
    assert '<a href="/forums/finance/?show=unanswered">Find somebody who answers 1 question</a>' in text
    assert "Greet 2 new members" in text
    assert "Look at 1 accepted answer again" in text
    assert f'href="{answer.url}"' in text
    assert "0 questions have waited for long" in client.get(f"{LEADS}?days=14").content.decode()
    assert "Look after this board" in client.get("/forums/finance/").content.decode()
    assert "Look after this board" not in client_of(member).get("/forums/finance/").content.decode()


def test_the_months_figures_count_the_month_and_name_nobody_who_withheld_the_name(
    board: BoardPage, member: User, other_member: User, moderator: User
) -> None:
    old = ask(board, 60, member)
    recent = ask(board, 3, member)
    Topic.objects.filter(pk=recent.pk).update(withheld=True)
    Post.objects.filter(topic=recent).update(withheld=True)
    PostFactory(topic=recent, author=other_member)
    PostFactory(topic=old, author=other_member)
    viewer = viewer_for(moderator)
    figures = leading.figures(board.pk, viewer)
    assert (figures.questions, figures.answered, figures.solved) == (1, 1, 0)
    assert [(person.name, person.posts) for person in leading.active(board.pk, viewer)] == [
        ("A city procurement officer", 2)
    ]
    assert [person.name for person in leading.to_greet(board.pk, viewer)] == ["A city procurement officer"]
    User.objects.filter(pk=other_member.pk).update(date_joined=timezone.now() - timedelta(days=90))
    assert leading.to_greet(board.pk, viewer) == []


def test_long_questions_without_a_summary_are_named(board: BoardPage, member: User, moderator: User) -> None:
    topic = ask(board, 3, member)
    for _ in range(leading.ANSWERS_TO_SUM_UP):
        PostFactory(topic=topic)
    viewer = viewer_for(moderator)
    assert [row.pk for row in leading.to_sum_up(board.pk, viewer)] == [topic.pk]
    keeping.summarise(topic, "Charge all.", moderator)
    assert leading.to_sum_up(board.pk, viewer) == []


def test_it_costs_as_many_queries_for_more_of_everything(
    board: BoardPage, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(moderator)

    def grow() -> None:
        solved = ask(board, 9, member)
        answer = PostFactory(topic=solved, author=other_member)
        services.accept(solved, answer)
        keeping.say_outdated(answer)
        ask(board, 9, member)

    def count() -> int:
        client.get(LEADS)
        with CaptureQueriesContext(connection) as captured:
            client.get(LEADS)
        return len(captured)

    grow()
    before = count()
    for _ in range(4):
        grow()
    assert count() == before


def test_a_group_s_leads_look_after_its_board_and_after_no_other(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    page = group(lead=member, members=[other_member], title="Payroll group", slug="payroll")
    own = page_url(add(page, BoardPage(title="Payroll board", slug="board")))
    assert client_of(member).get(f"{own}leads/").status_code == 200
    assert client_of(member).get(LEADS).status_code == 404
    assert client_of(other_member).get(f"{own}leads/").status_code == 404
    assert f'href="{own}leads/"' in client_of(member).get(f"{page_url(page)}desk/").content.decode()

"""What an edit changed, word by word."""

import random
from collections.abc import Callable

import pytest
from django.test import Client

from forums import differences, services
from forums.models import Topic
from portal.accounts.models import User
from tests.cost import growth


def test_words_that_went_and_came_are_marked_and_said() -> None:
    changes = differences.compared("We charge for use.\nSame line.\n", "We charge per head.\nSame line.\n")
    assert [(change.tag, change.text) for change in changes if change.tag] == [
        ("del", "for"), ("ins", "per"), ("del", "use"), ("ins", "head"),
    ]  # fmt: skip
    markup = differences.marked(changes)
    assert '<del><span class="visually-hidden">[removed: </span>for' in markup
    assert '<ins><span class="visually-hidden">[added: </span>per' in markup


def test_both_texts_can_be_read_from_the_difference() -> None:
    chance = random.Random(7)
    for _ in range(200):
        before, after = (
            "".join(chance.choice(["a ", "b", "\n", "c d", "<i>", "é"]) for _ in range(chance.randrange(30)))
            for _ in range(2)
        )
        changes = differences.compared(before, after)
        assert "".join(change.text for change in changes if change.tag != "ins") == before
        assert "".join(change.text for change in changes if change.tag != "del") == after


def test_markup_in_a_text_is_text() -> None:
    assert "<script>" not in differences.marked(differences.compared("<script>", "<script>alert(1)</script>"))


@pytest.mark.parametrize("piece", ["a\n", "a ", "ab\ncd\n", "x", "\n"])
def test_what_it_costs_to_compare_two_texts_grows_with_their_length_only(piece: str) -> None:
    def compare(size: str) -> None:
        length = len(size)
        differences.compared(piece * (length // len(piece)), ("b" + piece) * (length // (len(piece) + 1)))

    assert growth(compare, " " * 7500, 8) < 32


@pytest.mark.django_db
def test_the_page_shows_each_edit_against_what_followed_it(
    topic: Topic, member: User, client_of: Callable[[User | None], Client]
) -> None:
    question = topic.posts.get()
    for number in range(12):
        services.edit(question, body=f"Version number{number} of the text.", title=f"A title that has number{number}")
    address = f"/forums/finance/post/{question.pk}/history/"
    first = client_of(member).get(address).content.decode()
    assert first.count('class="panel stack"') == 10
    assert "</span>number11<span" in first
    assert "</span>number10<span" in first
    second = client_of(member).get(f"{address}?page=2").content.decode()
    assert second.count('class="panel stack"') == 2
    assert "</span>number1<span" in second
    assert "1 word added" in first


@pytest.mark.django_db
def test_who_decides_on_an_edit_that_waits_is_shown_the_way_to_what_it_changed(
    topic: Topic, moderator: User, client_of: Callable[[User | None], Client]
) -> None:
    question = topic.posts.get()
    handling, history = f"/moderation/things/post/{question.pk}/", f"/forums/finance/post/{question.pk}/history/"
    assert history not in client_of(moderator).get(handling).content.decode()
    services.edit(question, body="Visit my casino", title=topic.title, held="Listed: casino")
    page = client_of(moderator).get(handling).content.decode()
    assert f'href="{history}"' in page[: page.index('id="decide"')]
    assert "casino<span" in client_of(moderator).get(history).content.decode()

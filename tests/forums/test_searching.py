"""How a discussion is found: by its topic, with the post in which the words stand."""

from typing import Any

import pytest

from forums import services
from forums.models import POSTS_PER_PAGE, Post
from forums.moderation import hide_post
from portal.accounts.models import User
from portal.search.contract import Hit
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory
from tests.search.conftest import counts, find, titles

pytestmark = pytest.mark.django_db


def only(text: str) -> Hit:
    (hit,) = find(text, kinds=("topic",)).hits
    return hit


def part(text: str) -> tuple[str, str]:
    found = only(text).part
    assert found is not None
    return found.label, found.url


def test_a_hit_is_the_topic_and_shows_the_post_with_the_words() -> None:
    topic = TopicFactory(title="Who pays for idle services?", body="We run a zeppelin.")
    first = PostFactory(topic=topic, body="Charge for the hangar.")
    second = PostFactory(topic=topic, body="Charge for the airship.")
    services.accept(topic, second)
    question = Post.objects.get(topic=topic, position=1)
    assert part("zeppelin") == ("Question", f"{topic.url}#post-{question.pk}")
    assert part("hangar") == ("Answer", f"{topic.url}#post-{first.pk}")
    assert part("airship") == ("Accepted answer", f"{topic.url}#post-{second.pk}")
    assert only("idle").part is None


def test_a_hit_says_on_which_board_it_stands_and_follows_its_name() -> None:
    board = BoardFactory(title="Finance")
    TopicFactory(board=board, title="Who pays for zeppelins?")
    assert only("zeppelins").source == "Finance"
    board.title = "Money"
    board.save_revision().publish()
    assert only("zeppelins").source == "Money"


def test_a_post_on_a_later_page_of_the_topic_is_led_to_there() -> None:
    topic = TopicFactory()
    posts = [PostFactory(topic=topic, body=f"Number {number}.") for number in range(POSTS_PER_PAGE - 1)]
    last = PostFactory(topic=topic, body="The zeppelin comes last.")
    assert part("zeppelin") == ("Answer", f"{topic.url}?page=2#post-{last.pk}")
    assert len(posts) == POSTS_PER_PAGE - 1


def test_a_hidden_post_is_in_no_record(moderator: User) -> None:
    topic = TopicFactory()
    hidden = PostFactory(topic=topic, body="Zeppelin nonsense.")
    PostFactory(topic=topic, body="Charge for the airship.")
    assert find("zeppelin").total == 1
    hide_post(hidden, moderator, "A reason.")
    assert find("zeppelin").total == 0
    assert part("airship")[0] == "Answer"


def test_questions_are_told_apart_by_their_answers() -> None:
    board = BoardFactory()
    TopicFactory(board=board)
    answered, solved = TopicFactory(board=board), TopicFactory(board=board)
    PostFactory(topic=answered)
    services.accept(solved, PostFactory(topic=solved))
    page = find("", kinds=("topic",), facets=("answered",))
    assert counts(page, "answered") == {"yes": 2, "no": 1, "accepted": 1}
    (facet,) = page.facets
    assert (facet.label, [value.label for value in facet.values]) == (
        "Answers",
        ["Answered", "Not answered yet", "With an accepted answer"],
    )


def test_solved_questions_come_before_discussed_ones_and_these_before_others() -> None:
    waiting: Any = TopicFactory(title="Waiting")
    discussed, solved = TopicFactory(title="Discussed"), TopicFactory(title="Solved")
    PostFactory(topic=discussed)
    services.accept(solved, PostFactory(topic=solved))
    assert titles(find("", kinds=("topic",), sort="useful")) == [solved.title, discussed.title, waiting.title]

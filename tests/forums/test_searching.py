"""How a discussion is found: by its topic, with the post in which the words stand."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from forums import file_texts, holding, services
from forums.models import POSTS_PER_PAGE, Attachment, AttachmentText, Post, Topic
from forums.moderation import hide_post
from portal.accounts.models import User
from portal.core.viewer import viewer_for
from portal.search.contract import Hit
from portal.search.recording import MOST_BODY
from tests.conftest import QUEUE
from tests.factories.documents import docx, pdf, xlsx
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory, attached
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


class TestFilesBesidePosts:
    """Their words lead to the post, and go with the file."""

    @pytest.fixture(autouse=True)
    def _kept_in(self, tmp_path: Path, settings: Settings) -> None:
        settings.MEDIA_ROOT = tmp_path

    def test_are_found_by_their_words_and_names_at_their_post(self, member: User, topic: Topic) -> None:
        file = attached(None, member, "rate-card.docx", docx("We charge by the zeppelin."))
        post, _created = services.answer(topic, member, body="See the file.", files=[file])
        assert part("zeppelin") == ("File beside a post: rate-card.docx", f"{topic.url}#post-{post.pk}")
        assert only("rate card").part == only("zeppelin").part
        assert "<mark>zeppelin</mark>" in only("zeppelin").snippet

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.pdf", pdf("A zeppelin")), ("a.xlsx", xlsx(("zeppelin", 1))), ("a.md", b"# A *zeppelin*")],
    )
    def test_are_read_whatever_they_are(self, member: User, topic: Topic, name: str, content: bytes) -> None:
        services.answer(topic, member, body="See the file.", files=[attached(None, member, name, content)])
        assert find("zeppelin", kinds=("topic",)).total == 1

    def test_leave_search_at_once_when_an_edit_takes_them_away(
        self, member: User, topic: Topic, settings: Settings
    ) -> None:
        file = attached(None, member, "a.txt", b"A zeppelin.")
        post, _created = services.answer(topic, member, body="See the file.", files=[file])
        assert find("zeppelin").total == 1
        settings.TASKS = QUEUE
        services.edit(post, body="See the file.", files=[])
        assert find("zeppelin").total == 0
        assert not AttachmentText.objects.exists()

    def test_are_hidden_with_their_post(self, member: User, moderator: User, topic: Topic) -> None:
        file = attached(None, member, "a.txt", b"A zeppelin.")
        post, _created = services.answer(topic, member, body="See the file.", files=[file])
        hide_post(post, moderator, "A reason.")
        assert find("zeppelin").total == 0

    def test_are_found_by_those_only_who_may_see_the_board(
        self, group_member: User, private_topic: Topic, member: User
    ) -> None:
        file = attached(None, group_member, "a.txt", b"A zeppelin.")
        services.answer(private_topic, group_member, body="See the file.", files=[file])
        assert find("zeppelin").total == find("zeppelin", viewer_for(member)).total == 0
        assert find("zeppelin", viewer_for(group_member)).total == 1

    def test_do_not_push_posts_out_of_a_long_record(self, member: User, topic: Topic) -> None:
        long = attached(None, member, "a.txt", b"word " * (MOST_BODY // 5))
        services.answer(topic, member, body="See the file.", files=[long])
        other = attached(None, member, "hangar-fees.txt", b"An airship.")
        services.answer(topic, member, body="A zeppelin.", files=[other])
        assert part("zeppelin")[0] == "Answer"
        assert part("hangar")[0] == "File beside a post: hangar-fees.txt"
        assert find("airship").total == 1

    def test_that_nobody_read_are_read_by_the_clock(self, member: User, topic: Topic, settings: Settings) -> None:
        at_once = settings.TASKS
        settings.TASKS = QUEUE
        file = attached(None, member, "a.txt", b"A zeppelin.")
        services.answer(topic, member, body="See the file.", files=[file])
        settings.TASKS = at_once
        assert file_texts.catch_up() == ""  # the task may be on its way still
        Attachment.objects.update(created_at=timezone.now() - file_texts.GRACE)
        assert file_texts.catch_up() == "files to read: 1"
        assert find("zeppelin").total == 1
        assert file_texts.catch_up() == ""

    def test_that_the_storage_does_not_give_keep_no_others_waiting_and_are_asked_for_the_next_day(
        self, member: User, topic: Topic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(file_texts, "AT_ONCE", 1)
        away, there = attached(None, member, "a.txt", b"A zeppelin."), attached(None, member, "b.txt", b"An airship.")
        path = Path(away.file.path)
        path.rename(path.with_suffix(".away"))
        services.answer(topic, member, body="See the files.", files=[away, there])
        assert (find("zeppelin").total, find("airship").total) == (0, 1)
        Attachment.objects.update(created_at=timezone.now() - file_texts.GRACE)
        assert file_texts.catch_up() == ""
        path.with_suffix(".away").rename(path)
        AttachmentText.objects.exclude(missed_at=None).update(missed_at=timezone.now() - file_texts.AGAIN)
        assert file_texts.catch_up() == "files to read: 1"
        assert find("zeppelin").total == 1

    def test_are_read_into_the_topic_in_which_their_post_stands_by_then(
        self, member: User, moderator: User, topic: Topic, settings: Settings
    ) -> None:
        at_once = settings.TASKS
        settings.TASKS = QUEUE
        file = attached(None, member, "a.txt", b"A zeppelin.")
        post, _created = services.answer(topic, member, body="See the file.", files=[file])
        other = TopicFactory(board=topic.board)
        Post.objects.filter(pk=post.pk).update(topic=other)
        settings.TASKS = at_once
        assert file_texts.read.call(file.pk)
        assert only("zeppelin").url == other.url
        assert not file_texts.read.call(file.pk)

    def test_that_wait_with_a_held_post_are_found_once_it_is_approved(
        self, member: User, moderator: User, topic: Topic
    ) -> None:
        file = attached(None, member, "a.txt", b"A zeppelin.")
        post, _created = services.answer(topic, member, body="See the file.")
        services.edit(post, body="See this file.", files=[file], held="A listed word.")
        assert find("zeppelin").total == 0
        assert holding.approve(post, moderator, "Fine.")
        assert find("zeppelin").total == 1

    def test_a_broken_one_is_read_once(self, member: User, topic: Topic) -> None:
        file = attached(None, member, "a.pdf", pdf("A zeppelin"))
        Path(file.file.path).write_bytes(b"%PDF-1.7 and no more")
        services.answer(topic, member, body="See the file.", files=[file])
        Attachment.objects.update(created_at=timezone.now() - file_texts.GRACE)
        assert file_texts.catch_up() == ""
        assert only("answered idle a.pdf").part is not None

"""Data files become boards and topics once; a second run changes nothing, and nobody is mailed."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from wagtail.models import Page

from forums import importing, services
from forums.models import BoardPage, ForumIndexPage, PostVersion, Topic
from portal.accounts.models import User
from portal.core.models import Letter
from taxonomy.models import Concept, Scheme

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENTRY: dict[str, Any] = {
    "slug": "who-holds-the-budget",
    "board": "finance",
    "title": "Who holds the budget?",
    "concepts": ["governance"],
    "about": "/forums/",
    "posts": [
        {"author": "asker", "days_ago": 12, "body": "We disagree.\n"},
        {"author": "helper", "days_ago": 11, "body": "The customer does.\n", "accepted": True},
        {"author": "asker", "days_ago": 0, "body": "Thank you.\n"},
    ],
}
BOARD: dict[str, Any] = {
    "slug": "finance",
    "title": "Business case and finance",
    "summary": "Baselines and prices.",
    "group": "topic",
    "order": 4,
    "concepts": ["governance"],
}


@pytest.fixture
def concept(db: None) -> Concept:
    scheme, _ = Scheme.objects.get_or_create(slug="topic", defaults={"title": "Topic"})
    return Concept.objects.create(scheme=scheme, slug="governance", title="governance")


@pytest.fixture
def authors(member: User, other_member: User) -> dict[str, User]:
    return {"asker": member, "helper": other_member}


@pytest.fixture
def loaded(index: ForumIndexPage, concept: Concept) -> BoardPage:
    return importing.upsert_board(index, BOARD)[0]


def test_the_index_is_made_once(home: Page) -> None:
    index, made = importing.upsert_index(home, summary="Ask peers.")
    again, changed = importing.upsert_index(home, summary="Ask peers.")
    assert (made, changed, index.pk) == (True, False, again.pk)
    assert importing.upsert_index(home, summary="Ask your peers.")[1] is True


def test_a_board_is_made_once_and_brought_up_to_date(index: ForumIndexPage, concept: Concept) -> None:
    board, made = importing.upsert_board(index, BOARD)
    assert made
    assert importing.upsert_board(index, BOARD) == (board, False)
    assert [tag.slug for tag in BoardPage.objects.get().concepts.all()] == ["governance"]
    assert importing.upsert_board(index, {**BOARD, "title": "Money", "concepts": []})[1] is True
    changed = BoardPage.objects.get()
    assert (changed.title, changed.draft_title, list(changed.concepts.all())) == ("Money", "Money", [])


def test_a_topic_is_dated_back_and_its_answer_accepted(loaded: BoardPage, authors: dict[str, User]) -> None:
    topic, made = importing.upsert_topic(ENTRY, authors, NOW)
    assert made
    assert topic.created_at == NOW - timedelta(days=12)
    assert topic.accepted_count == 1
    assert topic.posts.get(accepted_at__isnull=False).body == "The customer does."
    assert topic.last_post_at == NOW
    assert (topic.post_count, topic.reply_count) == (3, 2)
    assert topic.about
    assert topic.about.url_path == "/home/forums/"
    assert [tag.slug for tag in topic.concepts.all()] == ["governance"]
    assert mail.outbox == []
    assert not Letter.objects.exists()


def test_a_second_run_changes_nothing_and_keeps_what_members_added(
    loaded: BoardPage, authors: dict[str, User], other_member: User
) -> None:
    topic, _ = importing.upsert_topic(ENTRY, authors, NOW)
    services.answer(topic, other_member, body="A member's own words.")
    before = Topic.objects.values().get()
    assert importing.upsert_topic(ENTRY, authors, NOW + timedelta(days=3)) == (topic, False)
    assert Topic.objects.values().get() == before
    assert topic.posts.count() == 4


def test_a_changed_file_changes_the_topic_without_history(loaded: BoardPage, authors: dict[str, User]) -> None:
    importing.upsert_topic(ENTRY, authors, NOW)
    entry = copy.deepcopy(ENTRY)
    entry.update(title="Who really holds the budget?", about="", concepts=[])
    entry["posts"][1]["body"] = "The **customer** does."
    topic, changed = importing.upsert_topic(entry, authors, NOW)
    topic.refresh_from_db()
    assert changed
    assert (topic.title, topic.slug, topic.about) == (entry["title"], "who-really-holds-the-budget", None)
    assert not topic.concepts.exists()
    assert topic.posts.get(position=2).html == "<p>The <strong>customer</strong> does.</p>\n"
    assert not PostVersion.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"board": "nowhere"}, "nowhere"), ({"about": "/nowhere/"}, "/nowhere/"), ({"concepts": ["nothing"]}, "nothing")],
)
def test_what_does_not_exist_is_named(
    change: dict[str, Any], words: str, loaded: BoardPage, authors: dict[str, User]
) -> None:
    with pytest.raises(ValueError, match=words):
        importing.upsert_topic({**ENTRY, **change}, authors, NOW)
    assert not Topic.objects.exists()

"""Whom the forums tell of what, and that no notice, digest or mail says what its reader may not know."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import PageViewRestriction

from forums import moderation, notifications, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.viewer import viewer_for
from portal.notifications import listings, querysets
from portal.notifications import services as telling
from portal.notifications.models import Notification, Watch
from portal.notifications.verbs import Channel
from taxonomy.models import Concept, Scheme
from tests.conftest import make_user
from tests.factories.forums import BoardFactory, ForumIndexFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def told(user: User) -> list[str]:
    """What stands in the member's inbox, the newest first."""
    return [row.title for row in listings.inbox(viewer_for(user)).rows]


def test_asking_and_answering_follow_the_topic_which_can_be_ended(
    board: BoardPage, member: User, other_member: User, lead: User
) -> None:
    topic = TopicFactory(board=board, author=member, title="Who pays?")
    services.answer(topic, other_member, body="We do.")
    services.answer(topic, lead, body="We do not.")
    assert told(other_member) == ["A privacy group lead (Government) has written in: Who pays?"]
    assert told(member)[0] == "A privacy group lead (Government) has answered your question: Who pays?"
    assert told(lead) == []
    telling.unwatch(other_member.pk, "topic", str(topic.pk))
    telling.unwatch(member.pk, "topic", str(topic.pk))
    mail.outbox.clear()
    services.answer(topic, lead, body="Still not.")
    assert len(told(other_member)) == 1
    assert len(told(member)) == 2
    assert mail.outbox == []


def test_an_asker_from_before_the_notifications_is_told_too(topic: Topic, member: User, other_member: User) -> None:
    Watch.objects.all().delete()
    services.answer(topic, other_member, body="x")
    assert len(told(member)) == 1


def test_nothing_comes_by_mail_unasked(topic: Topic, member: User, other_member: User, lead: User) -> None:
    telling.watch(lead.pk, "topic", str(topic.pk))
    telling.watch(lead.pk, "board", str(topic.board_id))
    post, _ = services.answer(topic, other_member, body="x")
    services.accept(topic, post)
    notifications.tell_of_mentions(post, [lead.pk])
    TopicFactory(board=topic.board, author=member)
    assert mail.outbox == []
    assert len(told(member)) == 1
    assert set(Notification.objects.filter(recipient=lead).values_list("channel", flat=True)) == {Channel.INBOX}


def test_a_new_question_is_told_on_its_board_its_concepts_and_those_above(
    board: BoardPage, member: User, other_member: User, lead: User, editor: User
) -> None:
    scheme = Scheme.objects.create(slug="topics", title="Topics")
    wide = Concept.objects.create(scheme=scheme, slug="pay", title="Pay")
    narrow = Concept.objects.create(scheme=scheme, slug="payroll", title="Payroll")
    narrow.ancestry.create(ancestor=wide, depth=1)
    for user, kind, key in (
        (other_member, "board", board.pk),
        (lead, "concept", narrow.pk),
        (editor, "concept", wide.pk),
    ):
        telling.watch(user.pk, kind, str(key))
    TopicFactory(board=board, author=member, title="Who pays?", concepts=[narrow])
    sentence = "A county finance director (Government) asks on Business case and finance: Who pays?"
    for user in (other_member, lead, editor):
        assert told(user) == [sentence]
    assert told(member) == []
    assert dict(Notification.objects.values_list("recipient_id", "source"))[editor.pk] == f"concept:{wide.pk}"


def test_who_follows_a_person_hears_what_the_person_writes(topic: Topic, other_member: User, lead: User) -> None:
    telling.watch(lead.pk, "member", str(other_member.pk))
    services.answer(topic, other_member, body="x")
    assert told(lead) == [f"A city procurement officer (Government) has written in: {topic.title}"]


def test_one_post_is_told_to_nobody_twice(topic: Topic, member: User, other_member: User, lead: User) -> None:
    telling.watch(lead.pk, "topic", str(topic.pk))
    telling.watch(lead.pk, "member", str(other_member.pk))
    post, _ = services.answer(topic, other_member, body="x", tell=False)
    for _ in range(2):
        notifications.tell_of_answer(post, topic, mentioned=[lead.pk, member.pk])
    assert told(lead) == [f"A city procurement officer (Government) mentions you in: {topic.title}"]
    assert told(member) == [f"A city procurement officer (Government) has answered your question: {topic.title}"]


def test_the_author_of_an_accepted_answer_is_told_once(topic: Topic, member: User, other_member: User) -> None:
    post, _ = services.answer(topic, other_member, body="x")
    for _ in range(2):
        services.accept(topic, post)
        services.unaccept(topic, post)
    services.accept(topic, services.answer(topic, member, body="Found it.")[0])
    assert told(other_member).count(f"Your answer was accepted: {topic.title}") == 1
    assert not Notification.objects.filter(recipient=member, verb="forums.accepted").exists()


def test_an_asker_whose_name_is_withheld_is_named_nowhere(
    board: BoardPage, member: User, other_member: User, lead: User, moderator: User
) -> None:
    for user in (lead, moderator):
        telling.watch(user.pk, "board", str(board.pk))
        telling.watch(user.pk, "member", str(member.pk))
        telling.choose(user.pk, {("forums.question", ""): Channel.NOW, ("forums.reply", ""): Channel.NOW})
    topic = TopicFactory(board=board, author=member, title="A delicate question", tell=False, withheld=True)
    notifications.tell_of_question(topic, topic.posts.get())
    telling.watch(other_member.pk, "topic", str(topic.pk))
    services.answer(topic, member, body="I meant it so.")
    assert told(lead) == ["A member whose name is withheld asks on Business case and finance: A delicate question"]
    assert told(other_member) == ["A member whose name is withheld has written in: A delicate question"]
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert member.name not in message.message().as_string()


def test_the_inbox_of_many_topics_and_verbs_costs_the_same(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    client = client_of(member)

    def grow(number: int) -> None:
        telling.watch(member.pk, "board", str(board.pk))
        for _ in range(number):
            asked = TopicFactory(board=board, author=member)
            services.answer(asked, other_member, body="x")
            TopicFactory(board=board, author=other_member)

    def queries() -> int:
        client.get("/notifications/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/notifications/").status_code == 200
        return len(captured)

    grow(1)
    before = queries()
    grow(6)
    assert queries() == before <= 12


def test_a_post_that_is_held_or_hidden_is_told_to_nobody_not_even_moderators(
    topic: Topic, other_member: User, moderator: User
) -> None:
    telling.watch(moderator.pk, "topic", str(topic.pk))
    post, _ = services.answer(topic, other_member, body="x")
    assert len(told(moderator)) == 1
    Post.objects.filter(pk=post.pk).update(held=True, hidden=True)
    assert told(moderator) == []
    Post.objects.filter(pk=post.pk).update(held=False, hidden=False)
    moderation.hide_post(post, moderator, "A reason.")
    assert told(moderator) == []
    assert querysets.unread_number(viewer_for(moderator)) == 0


# What happens, in any order: (what, which board or topic, who).
number = st.integers(min_value=0, max_value=5)
happenings = st.lists(
    st.tuples(
        st.sampled_from(
            ["ask", "answer", "watch", "close", "open", "hide", "unhide", "join", "leave", "move", "unpublish"]
        ),
        number,
        number,
    ),
    min_size=4,
    max_size=14,
)


class NothingInvisible(TestCase):
    """Whatever happens to boards, topics and people: inbox, number and mails name nothing that the reader cannot see
    at that moment. Each topic has a word of its own, by which it is known."""

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(happenings)
    def test_is_ever_told(self, acts: list[tuple[str, int, int]]) -> None:
        group, _ = Group.objects.get_or_create(name="Insiders")
        people = [make_user(f"person{place}@example.org", f"Person {place}") for place in range(3)]
        people.append(make_user("moderating@example.org", "Moderating", "Moderators"))
        ForumIndexFactory()
        boards = [BoardFactory(title=f"Board {place}", slug=f"board-{place}") for place in range(2)]
        for user in people:
            verbs = ("answer", "reply", "question")
            telling.choose(user.pk, {(f"forums.{verb}", ""): Channel.NOW for verb in verbs})
            for board in boards:
                telling.watch(user.pk, "board", str(board.pk))
        mail.outbox.clear()
        for what, which, who in [("ask", 0, 0), ("ask", 1, 1), *acts]:
            self.act(what, which, people[who % len(people)], boards, group)
            self.check(people)

    def act(self, what: str, which: int, person: User, boards: list[BoardPage], group: Group) -> None:
        board = BoardPage.objects.get(pk=boards[which % len(boards)].pk)
        topics = list(Topic.objects.select_related("board").order_by("pk"))
        topic = topics[which % len(topics)] if topics else None
        moderator = User.objects.get(email="moderating@example.org")
        if what == "ask":
            TopicFactory(board=board, author=person, title=f"word{len(topics)}word", body=f"word{len(topics)}word")
        elif what == "close" and not PageViewRestriction.objects.filter(page=board).exists():
            restriction = PageViewRestriction.objects.create(page=board, restriction_type=PageViewRestriction.GROUPS)
            restriction.groups.add(group)
        elif what == "open":
            for restriction in PageViewRestriction.objects.filter(page=board):
                restriction.delete()
        elif what == "join":
            person.groups.add(group)
        elif what == "leave":
            person.groups.remove(group)
        elif what == "unpublish":
            board.unpublish() if board.live else board.save_revision().publish()
        elif topic is not None:
            self.act_on(what, topic, board, person, moderator)

    def act_on(self, what: str, topic: Topic, board: BoardPage, person: User, moderator: User) -> None:
        if what == "answer":
            services.answer(topic, person, body=f"{topic.title} again")
        elif what == "watch":
            telling.watch(person.pk, "topic", str(topic.pk))
        elif what == "hide":
            moderation.hide_topic(topic, moderator, "A reason.")
        elif what == "unhide":
            moderation.unhide_topic(topic, moderator, "A reason.")
        elif what == "move":
            moderation.move(topic, board, moderator, "A reason.")

    def check(self, people: list[User]) -> None:
        titles = list(Topic.objects.values_list("title", flat=True))
        for person in people:
            viewer = viewer_for(User.objects.get(pk=person.pk))
            seen = set(Topic.objects.visible(viewer).filter(hidden=False).values_list("title", flat=True))
            # Who asked is told what became of it, in the words of the question.
            seen |= set(Topic.objects.filter(author=person).values_list("title", flat=True))
            rows = listings.inbox(viewer).rows
            mails = [message.message().as_string() for message in mail.outbox if message.to == [person.email]]
            said = " ".join([*(row.title + row.excerpt for row in rows), *mails])
            assert not [title for title in titles if title in said and title not in seen]
            unread = querysets.unread_number(viewer)
            assert unread == sum(row.unread for row in rows) or len(rows) == listings.NOTICES_ON_A_PAGE
        mail.outbox.clear()

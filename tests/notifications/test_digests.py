"""The digests: real messages, when they are due, to whom, once, and with nothing that the reader may not see."""

from datetime import datetime, timedelta
from email import message_from_string
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from forums import moderation
from forums import services as forums
from forums.models import BoardPage, Topic
from portal.accounts.models import User
from portal.core import letters
from portal.core.models import Letter
from portal.notifications import digests, rounds, services
from portal.notifications.models import DigestRound, Notification
from portal.notifications.rounds import last_period
from portal.notifications.verbs import Channel
from taxonomy.models import Concept, ConceptVersion, GlossaryPage, Scheme, Status
from tests.conftest import make_user
from tests.digest_turn import move_turn
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory
from tests.factories.pages import case, index, tool
from tests.factories.search import entry
from tests.site.sample import make_concepts

pytestmark = pytest.mark.django_db

WEEKLY = {("digest", ""): Channel.WEEKLY}


@pytest.fixture(autouse=True)
def _in_one_period(monkeypatch: pytest.MonkeyPatch) -> None:
    move_turn(monkeypatch)


@pytest.fixture
def reader(member: User) -> User:
    """A member who wants the weekly digest and follows a subject."""
    services.choose(member.pk, WEEKLY)
    services.watch(member.pk, "concept", str(make_concepts()[0].pk))
    return member


def in_a_week() -> datetime:
    """When everything made now is in the last period."""
    return timezone.now() + timedelta(days=7)


def send(now: datetime | None = None) -> list[EmailMultiAlternatives]:
    mail.outbox.clear()
    rounds.begin_due(now or in_a_week())
    return [message for message in mail.outbox if isinstance(message, EmailMultiAlternatives)]


def texts(message: EmailMultiAlternatives) -> tuple[str, str]:
    return str(message.body), str(message.alternatives[0][0])


def ask(title: str, board: BoardPage | None = None, **more: Any) -> Topic:
    topic: Topic = TopicFactory(
        title=title, concepts=[make_concepts()[0]], **({"board": board} if board else {}), **more
    )
    return topic


def test_a_digest_says_what_came_in_text_and_html(reader: User, other_member: User) -> None:
    waits = ask("Who pays for <b>portals</b> & payroll?")
    solved = ask("Who signs?")
    forums.accept(solved, PostFactory(topic=solved, author=other_member, body="The chair signs."))
    new_case, new_tool = case(title="A case of payroll"), tool(title="A tool for payroll")
    past = timezone.now() - timedelta(minutes=1)
    Page.objects.filter(pk__in=[new_case.pk, new_tool.pk]).update(first_published_at=past)
    [message] = send()
    text, html = texts(message)
    assert message.to == [reader.email]
    assert "your week" in message.subject
    for title, page in (("A case of payroll", new_case), ("A tool for payroll", new_tool)):
        assert title in text
        assert f'href="http://localhost:8000{page.url}"' in html
    assert "Who pays for <b>portals</b> & payroll?" in text
    assert "Who pays for &lt;b&gt;portals&lt;/b&gt; &amp; payroll?" in html
    assert f"http://localhost:8000{waits.url}" in text
    assert "The chair signs." in html
    assert "New questions in your subjects" in text
    assert "Best answers" in text
    wire = message_from_string(message.message().as_string())
    assert wire["Message-ID"] == f"<digest-{Letter.objects.get(kind='digest').pk}@localhost>"
    assert wire["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {part.get_content_type() for part in wire.walk()} >= {"text/plain", "text/html"}


def test_a_digest_names_the_terms_that_were_agreed_on_to_who_sees_the_glossary(reader: User) -> None:
    scheme = Scheme.objects.create(slug="words", title="Words")
    for status in (Status.AGREED, Status.PROPOSED):
        term = Concept.objects.create(scheme=scheme, slug=status.value, title=f"Term, {status.value}", status=status)
        ConceptVersion.objects.create(concept=term, number=1, at=timezone.now() - timedelta(days=30))
        ConceptVersion.objects.create(concept=term, number=2, changes=[_became(status)])
    old = Concept.objects.create(scheme=scheme, slug="old", title="Term, changed", status=Status.AGREED)
    ConceptVersion.objects.create(concept=old, number=1, changes=[{"field": "title", "before": "x", "after": "y"}])
    assert send() == []
    Notification.objects.all().delete()
    Letter.objects.all().delete()
    DigestRound.objects.all().delete()
    index(GlossaryPage, "glossary")
    [message] = send()
    for words in texts(message):
        assert "Term, agreed" in words
        assert "Term, proposed" not in words
        assert "Term, changed" not in words


def _became(status: Status) -> dict[str, str]:
    return {"field": "status", "before": "draft", "after": status.value}


def test_a_section_that_fails_keeps_the_others_from_nobody(
    reader: User, other_member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "_sections", dict(digests._sections))

    def failing(viewer: object, period: object, concepts: object) -> list[Any]:
        return [Topic.objects.get(pk=0)]

    digests.register("failing", "What fails", failing, order=1)
    solved = ask("Who signs?")
    forums.accept(solved, PostFactory(topic=solved, author=other_member, body="The chair signs."))
    [message] = send()
    assert "Who signs?" in texts(message)[0]
    assert "What fails" not in texts(message)[0]


def test_what_is_followed_no_more_is_not_told_of_by_digest(member: User, other_member: User) -> None:
    services.choose(member.pk, {("", "topic:7"): Channel.WEEKLY})
    services.watch(member.pk, "topic", "7")
    services.tell("tests.news", about=other_member.pk, key="1", recipients=[member.pk], source="topic:7")
    services.unwatch(member.pk, "topic", "7")
    assert send() == []


def test_nothing_to_say_sends_nothing(reader: User) -> None:
    Page.objects.update(first_published_at=None)
    assert send() == []
    assert Letter.objects.get(kind="digest").settled_at is not None


def test_questions_in_other_subjects_or_with_an_answer_are_not_in_it(reader: User, other_member: User) -> None:
    TopicFactory(title="Untagged question")
    answered = ask("Answered question")
    PostFactory(topic=answered, author=other_member)
    ask("My own question", author=reader)
    ask("A question that waits")
    [message] = send()
    text, html = texts(message)
    assert "A question that waits" in text
    for title in ("Untagged question", "Answered question", "My own question"):
        assert title not in text + html


def test_who_chose_nothing_or_no_mail_gets_none(member: User, other_member: User, lead: User) -> None:
    case(title="A case")
    Page.objects.update(first_published_at=timezone.now())
    services.choose(other_member.pk, {**WEEKLY, ("", ""): Channel.INBOX})
    services.choose(lead.pk, {("digest", ""): Channel.OFF})
    assert send(in_a_week()) == []


def test_no_period_is_mailed_twice(reader: User) -> None:
    ask("A question that waits")
    now = in_a_week()
    assert len(send(now)) == 1
    assert send(now) == []
    assert send(now + timedelta(hours=1)) == []
    DigestRound.objects.update(done_at=None, after=0)
    assert send(now) == []


def test_notices_that_are_to_come_by_digest_stand_in_it_unless_they_were_read(member: User, other_member: User) -> None:
    services.choose(member.pk, {("tests.news", ""): Channel.DAILY})
    for key in ("1", "2"):
        services.tell("tests.news", about=other_member.pk, key=key, recipients=[member.pk])
    tomorrow = timezone.now() + timedelta(days=1)
    [message] = send(tomorrow)
    assert str(message.body).count("News of A city procurement officer") == 2
    services.tell("tests.news", about=other_member.pk, key="3", recipients=[member.pk])
    Notification.objects.update(read_at=timezone.now(), at=tomorrow)
    assert send(tomorrow + timedelta(days=1)) == []


def test_what_became_hidden_or_private_before_it_is_sent_is_not_in_it(
    reader: User, other_member: User, moderator: User, group_member: User
) -> None:
    services.watch(reader.pk, "search", "q=payroll")
    services.choose(reader.pk, {("forums.question", ""): Channel.WEEKLY, ("forums.reply", ""): Channel.WEEKLY})
    services.choose(group_member.pk, {**WEEKLY, ("forums.reply", ""): Channel.WEEKLY})
    board = BoardFactory(title="Board that closes", slug="closes")
    hidden, private, open_one = ask("Hidden payroll"), ask("Private payroll", board), ask("Open payroll")
    for topic in (hidden, private):
        services.watch(reader.pk, "topic", str(topic.pk))
        services.watch(group_member.pk, "topic", str(topic.pk))
        post = PostFactory(topic=topic, author=other_member, body="Secret words", tell=True)
        forums.accept(topic, post)
    assert Notification.objects.filter(recipient=reader).count() == 5
    moderation.hide_topic(hidden, moderator, "A reason.")
    restriction = PageViewRestriction.objects.create(page=board, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.get(name="Privacy group members"))
    by_reader = {message.to[0]: "".join(texts(message)) + message.subject for message in send()}
    assert open_one.title in by_reader[reader.email]
    for words in ("Hidden payroll", "Private payroll", "Secret words", "Board that closes"):
        assert words not in by_reader[reader.email]
    assert "Private payroll" in by_reader[group_member.email]
    assert "Hidden payroll" not in by_reader[group_member.email]


def test_a_search_that_is_kept_brings_what_is_new_in_it(member: User) -> None:
    services.choose(member.pk, WEEKLY)
    services.watch(member.pk, "search", "q=dashboards")
    TopicFactory(title="Dashboards for councils")
    TopicFactory(title="Something else")
    [message] = send()
    assert "Dashboards for councils" in str(message.body)
    assert "New in the searches that you keep" in str(message.body)
    assert "Something else" not in str(message.body)


def test_what_is_to_come_takes_no_place_of_what_is_new_in_a_search_that_is_kept(member: User) -> None:
    services.choose(member.pk, WEEKLY)
    services.watch(member.pk, "search", "q=dashboards")
    for day in range(25):
        entry(f"Dashboards to come {day}", published_at=timezone.now() + timedelta(days=60 + day))
    TopicFactory(title="Dashboards for councils")
    [message] = send()
    assert "Dashboards for councils" in str(message.body)
    assert "to come" not in str(message.body)


@pytest.mark.parametrize("words", ["dashboards+zeppelins", "dashboards+zeppelins+airships+balloons"])
def test_a_search_that_is_kept_brings_nothing_that_has_only_some_of_its_words(member: User, words: str) -> None:
    services.choose(member.pk, WEEKLY)
    services.watch(member.pk, "search", f"q={words}")
    TopicFactory(title="Dashboards for councils")
    assert "New in the searches that you keep" not in "".join(str(message.body) for message in send())


def test_everybody_gets_theirs_when_sending_fails_half_way(
    reader: User, other_member: User, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in (other_member, lead):
        services.choose(user.pk, WEEKLY)
        services.watch(user.pk, "concept", str(make_concepts()[0].pk))
    ask("A question that waits")
    real, attempts = EmailMultiAlternatives.send, []

    def failing(message: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        attempts.append(message.extra_headers["Message-ID"])
        if len(attempts) == 2:
            raise ConnectionError("the server went away")
        return real(message, fail_silently)

    monkeypatch.setattr(EmailMultiAlternatives, "send", failing)
    assert len(send()) == 2
    long_ago = timezone.now() - 2 * letters.CLAIM
    Letter.objects.filter(settled_at=None).update(created_at=long_ago, claimed_at=long_ago)
    letters.enqueue_owed()
    assert sorted(message.to[0] for message in mail.outbox) == sorted([reader.email, other_member.email, lead.email])
    # Only the one in flight was tried again, with the same name.
    assert len(attempts) == 4
    assert attempts[3] == attempts[1]
    assert len(set(attempts)) == 3


def test_a_worker_that_dies_while_owing_leaves_the_rest_to_the_next(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = [make_user(f"reader{number}@example.org", "Reader") for number in range(5)]
    for user in readers:
        services.choose(user.pk, WEEKLY)
        services.watch(user.pk, "concept", str(make_concepts()[0].pk))
    ask("A question that waits")
    monkeypatch.setattr(rounds, "CHUNK", 2)
    real, owed = letters.owe, []

    def dying(*args: Any, **named: Any) -> bool:
        owed.append(args)
        # At the beginning of a chunk: here tasks run at once, so a letter of a chunk that is taken back would be out.
        if len(owed) == 3:
            raise KeyboardInterrupt
        return real(*args, **named)

    monkeypatch.setattr(letters, "owe", dying)
    now = in_a_week()
    with pytest.raises(KeyboardInterrupt):
        rounds.owe_all.call(name_after(now))
    rounds.begin_due(now)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(user.email for user in readers)
    assert DigestRound.objects.get(name=name_after(now)).done_at is not None


def name_after(now: datetime) -> str:
    name = rounds.name_of(Channel.WEEKLY, last_period(Channel.WEEKLY, now))
    DigestRound.objects.get_or_create(name=name)
    return name


def test_sections_stand_in_their_order() -> None:
    names = [section.name for section in digests.sections()]
    assert names == ["questions", "answers", "cases", "tools", "terms", "events", "searches"]

"""The mail that tells an asker of an answer: a real message, once, to those who may read it."""

from collections.abc import Callable
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from forums import moderation, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core import letters
from portal.core.models import Letter
from portal.notifications import services as telling
from portal.notifications.models import Notification, Setting, Watch
from portal.notifications.verbs import Channel
from tests.factories.forums import PostFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _wants_mail(member: User) -> None:
    """The asker of the tests' topic wants to hear of answers by mail, wherever he or she has asked."""
    telling.choose(member.pk, {("forums.answer", ""): Channel.NOW})


def only_message() -> EmailMultiAlternatives:
    assert len(mail.outbox) == 1
    message = mail.outbox[0]
    assert isinstance(message, EmailMultiAlternatives)
    return message


def owed(post: Post) -> Letter:
    """The letter about `post` as it is before a worker has come to it."""
    asker = post.topic.author
    assert asker is not None
    notice = Notification.objects.create(
        recipient=asker, verb="forums.answer", key=str(post.pk), about=post.pk, channel=Channel.NOW
    )
    return Letter.objects.create(kind="notice", key=str(notice.pk), recipient=asker, about=notice.pk)


def test_the_asker_reads_who_answered_what_and_where(topic: Topic, other_member: User) -> None:
    post, _ = services.answer(topic, other_member, body="We **charged** for `use` & nothing <else>.")
    message = only_message()
    assert message.to == ["member@example.org"]
    assert message.subject == "An answer to your question: How did you price a service that half do not use?"
    assert message.extra_headers["Message-ID"] == f"<notice-{Letter.objects.get().pk}@localhost>"
    text = str(message.body)
    html = str(message.alternatives[0][0])
    assert "A city procurement officer (Government) has answered" in text
    assert "We charged for use & nothing <else>." in text
    assert "We charged for use &amp; nothing &lt;else&gt;." in html
    assert f"http://localhost:8000{post.url}" in text
    assert f'href="http://localhost:8000{post.url}"' in html


def test_a_title_of_many_lines_cannot_add_headers(topic: Topic, other_member: User) -> None:
    Topic.objects.update(title="A title\nBcc: everybody@example.org")
    services.answer(Topic.objects.get(), other_member, body="x")
    assert "\n" not in only_message().subject
    assert only_message().recipients() == ["member@example.org"]


def test_nobody_is_told_of_their_own_answer(topic: Topic, member: User) -> None:
    services.answer(topic, member, body="Found it myself.")
    assert mail.outbox == []
    assert not Letter.objects.exists()


def test_a_task_run_twice_sends_once(topic: Topic, other_member: User) -> None:
    services.answer(topic, other_member, body="x")
    letters.deliver.call(Letter.objects.get().pk)
    assert len(mail.outbox) == 1


def test_a_form_sent_twice_tells_once(topic: Topic, other_member: User) -> None:
    for _ in range(2):
        services.answer(topic, other_member, body="x", token="t" * 20)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("reason", ["inactive", "unconfirmed", "no address", "gone"])
def test_an_asker_without_a_usable_account_is_not_written_to(
    reason: str, topic: Topic, member: User, other_member: User
) -> None:
    if reason == "inactive":
        User.objects.filter(pk=member.pk).update(is_active=False)
    elif reason == "unconfirmed":
        EmailAddress.objects.filter(user=member).update(verified=False)
    elif reason == "no address":
        EmailAddress.objects.filter(user=member).delete()
    else:
        member.delete()
    services.answer(topic, other_member, body="x")
    assert mail.outbox == []


def test_an_answer_hidden_before_the_mail_went_out_is_not_told(
    topic: Topic, other_member: User, moderator: User
) -> None:
    post = PostFactory(topic=topic, author=other_member)
    letter = owed(post)
    moderation.hide_post(post, moderator, "A reason.")
    letters.deliver.call(letter.pk)
    assert mail.outbox == []
    assert Letter.objects.get().settled_at is not None


def test_what_was_claimed_by_a_process_that_died_is_sent_by_the_clock(topic: Topic, other_member: User) -> None:
    post = PostFactory(topic=topic, author=other_member)
    letter = owed(post)
    long_ago = timezone.now() - 2 * letters.CLAIM
    Letter.objects.update(created_at=long_ago, claimed_at=timezone.now())
    letters.enqueue_owed()
    assert mail.outbox == []
    Letter.objects.update(claimed_at=long_ago)
    letters.enqueue_owed()
    assert len(mail.outbox) == 1
    letters.enqueue_owed()
    assert len(mail.outbox) == 1
    letter.refresh_from_db()
    assert letter.settled_at is not None


def test_an_excerpt_of_a_long_answer_ends_at_a_word(topic: Topic, other_member: User) -> None:
    services.answer(topic, other_member, body="word " * 400)
    assert "word …" in str(only_message().body)
    assert len(str(only_message().body)) < 1500


def test_mails_that_were_owed_before_there_were_notices_go_out_as_notices(topic: Topic, other_member: User) -> None:
    post, _ = services.answer(topic, other_member, body="We charged for use.", tell=False)
    old = Letter.objects.create(kind="forum-answer", key=str(post.pk), recipient=topic.author, about=post.pk)
    gone = Letter.objects.create(kind="forum-answer", key="0", recipient=topic.author, about=0)
    sent = Letter.objects.create(kind="forum-answer", key="1", about=1, settled_at=timezone.now())
    migration = import_module("forums.migrations.0010_letters_are_notices")
    migration.hand_over(apps, None)
    migration.hand_over(apps, None)
    notice = Notification.objects.get()
    assert (notice.recipient, notice.about, notice.channel) == (topic.author, post.pk, Channel.NOW)
    letters.deliver.call(old.pk)
    assert "has answered your question" in str(only_message().body)
    gone.refresh_from_db()
    assert gone.settled_at is not None
    assert Letter.objects.filter(pk=sent.pk, kind="forum-answer").exists()


def begins(client: Client, **more: str) -> Topic:
    """A topic that was begun in the form, unasked for mail but for what `more` says."""
    said = {"title": "Who chairs the customer board?", "body": "We argue about it.", "do": "post", **more}
    client.post("/forums/finance/new/", said)
    return Topic.objects.get(title=said["title"])


def test_who_ticks_the_box_is_mailed_of_this_topic_and_can_take_it_back_in_the_settings(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    Setting.objects.all().delete()
    client = client_of(member)
    assert not client.get("/forums/finance/new/").context["form"]["mailed"].value()
    quiet, loud = begins(client), begins(client, title="Who chairs the audit board?", mailed="on")
    services.answer(quiet, other_member, body="x")
    assert mail.outbox == []
    services.answer(loud, other_member, body="The **auditor** does.")
    assert only_message().subject == "An answer to your question: Who chairs the audit board?"
    assert "The auditor does." in str(only_message().body)
    settings = client.get("/notifications/settings/").content.decode()
    assert settings.count("Answers to your own questions: E-mail at once") == 1
    apart = f"/notifications/settings/{Watch.objects.get(member=member, key=str(loud.pk)).pk}/"
    client.post(apart, {"verb-forums.answer": "", "verb-forums.reply": ""})
    services.answer(loud, other_member, body="y")
    assert len(mail.outbox) == 1
    assert Notification.objects.filter(recipient=member).count() == 3


@pytest.mark.parametrize(
    ("choices", "more", "said"),
    [
        ({}, {}, "will stand in your inbox"),
        ({}, {"mailed": "on"}, "We shall mail you"),
        ({("forums.answer", ""): Channel.WEEKLY}, {}, "comes with your weekly mail"),
        ({("", ""): Channel.INBOX}, {"mailed": "on"}, "will stand in your inbox"),
    ],
)
def test_who_asks_is_told_how_answers_will_be_heard_of(
    choices: dict[tuple[str, str], Channel],
    more: dict[str, str],
    said: str,
    board: BoardPage,
    member: User,
    client_of: ClientOf,
) -> None:
    Setting.objects.all().delete()
    telling.choose(member.pk, choices)
    client = client_of(member)
    topic = begins(client, **more)
    assert said in client.get(topic.url).content.decode()

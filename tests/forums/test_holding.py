"""First posts and listed words wait until a moderator has seen them: seen by their author, and nowhere else."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums import holding, mentions, moderation, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.urlpaths import page_url
from portal.core.viewer import VISITOR, viewer_for
from portal.moderation import trail
from portal.moderation.models import Act, Case, Filter
from portal.notifications.models import Notification
from portal.search.models import SearchEntry
from tests.factories.forums import PostFactory, attached

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
WORDS = "Words that wait for somebody"


@pytest.fixture
def holding_board(board: BoardPage) -> BoardPage:
    BoardPage.objects.filter(pk=board.pk).update(holds_first_posts=True)
    return board


def answer(client: Client, topic: Topic, body: str = WORDS) -> None:
    client.post(f"/forums/finance/topic/{topic.pk}/answer/", {"body": body})


def test_a_first_answer_waits_and_its_author_alone_sees_it(
    topic: Topic, holding_board: BoardPage, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer(client_of(other_member), topic)
    post = Post.objects.get(body=WORDS)
    assert (post.held, post.hidden) == (True, True)
    own = client_of(other_member).get(topic.url).content.decode()
    assert WORDS in own
    assert "only its author sees this post, and those who moderate this board." in own
    assert WORDS in client_of(moderator).get(topic.url).content.decode()
    for reader in (None, member):
        page = client_of(reader).get(topic.url).content.decode()
        assert WORDS not in page
        assert "removed by a moderator" not in page
        assert client_of(reader).get(f"/forums/finance/post/{post.pk}/").status_code == 404
    topic.refresh_from_db()
    assert topic.reply_count == 0
    assert topic.last_post_at == topic.created_at
    assert WORDS not in SearchEntry.objects.get(key=f"topic:{topic.pk}").body
    assert not Topic.objects.miscounted().exists()
    assert not Notification.objects.exists()
    case = Case.objects.get()
    assert (case.held, case.key, case.note) == (True, str(post.pk), "A first post on this board.")


def test_a_page_on_which_everything_waits_is_empty_for_others_and_no_error(
    topic: Topic, other_member: User, member: User, moderator: User, client_of: ClientOf
) -> None:
    for _ in range(19):
        PostFactory(topic=topic)
    PostFactory(topic=topic, author=other_member, body=WORDS, held="A first post.")
    for reader, sees in ((None, False), (member, False), (other_member, True), (moderator, True)):
        for number in ("2", "9"):
            answered = client_of(reader).get(topic.url, {"page": number})
            assert answered.status_code == 200
            page = answered.content.decode()
            assert (WORDS in page) is sees
            assert ("There is nothing to read on this page yet." in page) is not sees
            assert page.count("<article") == int(sees)


def test_a_first_question_waits_with_its_whole_topic(
    holding_board: BoardPage, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    response = client_of(other_member).post("/forums/finance/new/", {"title": "My very first question", "body": WORDS})
    topic = Topic.objects.get()
    assert response["Location"] == topic.url
    assert client_of(other_member).get(topic.url).status_code == 200
    for reader in (None, member):
        assert client_of(reader).get(topic.url).status_code == 404
        assert "My very first question" not in client_of(reader).get("/forums/finance/").content.decode()
        assert "My very first question" not in client_of(reader).get("/forums/").content.decode()
    assert not SearchEntry.objects.filter(key=f"topic:{topic.pk}").exists()
    assert holding.approve(Post.objects.get(), moderator, "A reason.")
    assert client_of(None).get(topic.url).status_code == 200
    assert SearchEntry.objects.filter(key=f"topic:{topic.pk}").exists()
    assert holding.approve(Post.objects.get(), moderator, "A reason.") is False


def test_an_approved_answer_is_counted_searched_and_told_of_and_the_next_does_not_wait(
    topic: Topic, holding_board: BoardPage, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer(client_of(other_member), topic)
    post = Post.objects.get(body=WORDS)
    page = f"/moderation/things/post/{post.pk}/"
    assert "A first post on this board." in client_of(moderator).get(page).content.decode()
    client_of(moderator).post(page, {"do": "deed", "deed": "approve", "reason": "Welcome."})
    assert Case.objects.get().outcome == "approved"
    topic.refresh_from_db()
    assert topic.reply_count == 1
    assert WORDS in SearchEntry.objects.get(key=f"topic:{topic.pk}").body
    assert WORDS in client_of(None).get(topic.url).content.decode()
    assert Notification.objects.get(verb="forums.answer").recipient_id == topic.author_id
    assert Act.objects.get().member == other_member
    answer(client_of(other_member), topic, "A second answer")
    assert not Post.objects.get(body="A second answer").held


def test_what_is_not_approved_stays_hidden_and_can_be_shown_after_all(
    topic: Topic, holding_board: BoardPage, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer(client_of(other_member), topic)
    post = Post.objects.get(body=WORDS)
    assert holding.reject(post, moderator, "Advertising.")
    assert holding.reject(post, moderator, "Advertising.") is False
    assert not Post.objects.visible(viewer_for(other_member)).filter(pk=post.pk).exists()
    assert trail.undo(Act.objects.get(), moderator)
    assert Post.objects.visible(VISITOR).filter(pk=post.pk).exists()


def test_moderators_and_boards_without_the_setting_hold_nothing(
    topic: Topic, board: BoardPage, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer(client_of(other_member), topic)
    BoardPage.objects.filter(pk=board.pk).update(holds_first_posts=True)
    answer(client_of(moderator), topic, "A moderator's words")
    assert not Post.objects.filter(held=True).exists()


def test_a_listed_word_holds_and_another_refuses_with_the_text_kept(
    topic: Topic, other_member: User, client_of: ClientOf
) -> None:
    Filter.objects.create(pattern="casino", then="hold")
    Filter.objects.create(pattern="cheap pills", then="refuse")
    Filter.objects.create(what="link", pattern="spam.example", then="refuse")
    client = client_of(other_member)
    answer(client, topic, "Visit my CÁSI\u200bNO!")
    assert Post.objects.get(topic=topic, position=2).held
    assert Case.objects.get().note == "Listed: casino"
    for body in ("Get *cheap*  pills", "See [this](https://www.shop.spam.example/a)"):
        page = client.post(f"/forums/finance/topic/{topic.pk}/answer/", {"body": body}).content.decode()
        assert "is not allowed here" in page
        assert body.split()[0] in page
    answer(client, topic, "A casinos-like word and notspam.example")
    assert not Post.objects.get(topic=topic, position=3).held


def test_a_listed_word_cannot_come_in_by_an_edit(topic: Topic, member: User, client_of: ClientOf) -> None:
    Filter.objects.create(pattern="cheap pills", then="refuse")
    question = Post.objects.get(topic=topic)
    data = {"title": topic.title, "body": "Cheap pills here"}
    page = client_of(member).post(f"/forums/finance/post/{question.pk}/edit/", data).content.decode()
    assert "is not allowed here" in page
    question.refresh_from_db()
    assert "pills" not in question.body


def edit(client: Client, post: Post, body: str, title: str = "") -> str:
    data = {"title": title or post.topic.title, "body": body}
    return client.post(f"/forums/finance/post/{post.pk}/edit/", data, follow=True).content.decode()


def test_an_edit_that_puts_a_listed_word_in_waits_as_a_new_post_does(
    topic: Topic, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    Filter.objects.create(pattern="casino", then="hold")
    post, _ = services.answer(topic, other_member, body=WORDS)
    services.accept(topic, post)
    new = f"Visit my casino, {mentions.written(moderator.name, moderator.pk)}"
    page = edit(client_of(other_member), post, new)
    assert "A moderator looks at what you write before others see it." in page
    assert "Visit my casino" in page
    post.refresh_from_db()
    topic.refresh_from_db()
    assert (post.held, post.hidden) == (True, True)
    assert (topic.reply_count, topic.accepted_count, topic.tallied_waiting) == (0, 0, True)
    assert not Topic.objects.miscounted().exists()
    assert "casino" not in SearchEntry.objects.get(key=f"topic:{topic.pk}").body
    assert not Notification.objects.filter(verb="forums.mention").exists()
    for reader in (None, member):
        assert "casino" not in client_of(reader).get(topic.url).content.decode()
    case = Case.objects.get()
    assert (case.held, case.key, case.note) == (True, str(post.pk), "Listed: casino")
    assert holding.approve(post, moderator, "A reason.")
    topic.refresh_from_db()
    assert (topic.reply_count, topic.accepted_count) == (1, 1)
    assert "casino" in SearchEntry.objects.get(key=f"topic:{topic.pk}").body
    assert Notification.objects.filter(verb="forums.mention").count() == 1
    assert Notification.objects.filter(verb="forums.answer").count() == 1


def test_an_edit_of_a_question_takes_its_topic_along_and_the_title_is_looked_at_too(
    topic: Topic, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    Filter.objects.create(pattern="casino", then="hold")
    question = topic.posts.get()
    edit(client_of(member), question, question.body, "How did you price a casino?")
    topic.refresh_from_db()
    assert (topic.held, topic.hidden, topic.title) == (True, True, "How did you price a casino?")
    assert client_of(member).get(topic.url).status_code == 200
    assert client_of(other_member).get(topic.url).status_code == 404
    assert not SearchEntry.objects.filter(key=f"topic:{topic.pk}").exists()
    assert holding.approve(question, moderator, "A reason.")
    assert client_of(other_member).get(topic.url).status_code == 200


def test_who_wrote_it_may_take_the_listed_word_out_again_and_it_waits_all_the_same(
    topic: Topic, member: User, moderator: User, client_of: ClientOf
) -> None:
    Filter.objects.create(pattern="casino", then="hold")
    question, client = topic.posts.get(), client_of(member)
    edit(client, question, question.body, "How did you price a casino?")
    assert f"post/{question.pk}/edit/" in client.get(topic.url, follow=True).content.decode()
    edit(client, question, question.body, "How did you price a helpdesk?")
    topic.refresh_from_db()
    assert (topic.title, topic.held, topic.hidden) == ("How did you price a helpdesk?", True, True)
    assert Case.objects.get().settled_at is None
    assert holding.reject(question, moderator, "Off topic.")
    assert client.get(f"{page_url(topic.board)}post/{question.pk}/edit/").status_code == 404


def test_an_answer_to_a_held_question_is_no_held_one_and_can_be_hidden(
    topic: Topic, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer, _ = services.answer(topic, other_member, body=WORDS)
    Filter.objects.create(pattern="casino", then="hold")
    edit(client_of(member), topic.posts.get(position=1), "About a casino")
    page = client_of(moderator).get(f"/moderation/things/post/{answer.pk}/").content.decode()
    assert 'value="hide"' in page
    assert 'value="reject"' not in page


def test_words_that_stood_there_and_edits_by_moderators_hold_nothing(
    topic: Topic, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    post, _ = services.answer(topic, other_member, body="Visit my casino")
    own, _ = services.answer(topic, moderator, body=WORDS)
    Filter.objects.create(pattern="casino", then="hold")
    edit(client_of(other_member), post, "Visit my fine casino")
    edit(client_of(moderator), own, "A casino, of all things")
    assert moderation.correct(topic.posts.get(position=1), moderator, "Clearer.", body="About the casino")
    assert not Post.objects.filter(held=True).exists()
    Filter.objects.create(pattern="poker", then="hold")
    edit(client_of(other_member), post, "Visit my casino and play poker")
    assert Case.objects.get().note == "Listed: poker"


@pytest.fixture
def edited_answer(topic: Topic, other_member: User, client_of: ClientOf) -> Post:
    """An accepted answer whose edit waits."""
    Filter.objects.create(pattern="casino", then="hold")
    post, _ = services.answer(topic, other_member, body=WORDS)
    services.accept(topic, post)
    edit(client_of(other_member), post, "Visit my casino")
    return post


def test_an_accepted_answer_whose_edit_is_rejected_is_accepted_no_longer_until_that_is_undone(
    topic: Topic, edited_answer: Post, moderator: User
) -> None:
    post = edited_answer
    assert holding.reject(post, moderator, "Advertising.")
    post.refresh_from_db()
    assert post.accepted_at is None
    assert trail.undo(Act.objects.get(), moderator)
    topic.refresh_from_db()
    assert (topic.reply_count, topic.accepted_count) == (1, 1)
    assert not Topic.objects.miscounted().exists()


def decide(client: Client, post: Post, deed: str) -> str:
    data = {"do": "deed", "deed": deed, "reason": "A reason."}
    return client.post(f"/moderation/things/post/{post.pk}/", data, follow=True).content.decode()


def test_what_stood_there_before_an_edit_that_is_not_approved_is_shown_again_with_its_files(
    topic: Topic, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    Filter.objects.create(pattern="casino", then="hold")
    question, title = topic.posts.get(), topic.title
    services.answer(topic, other_member, body=WORDS)
    old, before, after = question.body, attached(question, member), attached(None, member, "more.txt")
    services.edit(question, body="Casino", title="A casino?", files=[before, after], held="Listed: casino")
    services.edit(question, body="A casino again", title="A casino!")
    assert client_of(None).get(topic.url).status_code == 404
    handling = client_of(moderator).get(f"/moderation/things/post/{question.pk}/").content.decode()
    assert "Do not approve the edit: what stood there before is shown again" in handling
    decide(client_of(moderator), question, "put_back")
    question.refresh_from_db()
    topic.refresh_from_db()
    assert (question.body, topic.title) == (old, title)
    assert not any((question.held, question.hidden, topic.held, topic.hidden))
    assert set(question.attachments.values_list("pk", flat=True)) == {before.pk}
    page = client_of(None).get(topic.url).content.decode()
    assert WORDS in page
    assert "casino" not in page
    assert Case.objects.get().outcome == "rejected"
    assert SearchEntry.objects.filter(key=f"topic:{topic.pk}").exists()
    assert not Topic.objects.miscounted().exists()
    inbox = client_of(member).get("/notifications/").content.decode()
    assert "A moderator has not approved your edit on" in inbox
    assert not holding.put_back(question, moderator, "A reason.")


def test_an_answer_that_was_accepted_before_its_edit_is_so_again_when_that_is_put_back_and_who_undoes_shows_the_edit(
    topic: Topic, edited_answer: Post, moderator: User
) -> None:
    post = edited_answer
    assert holding.put_back(post, moderator, "A reason.")
    topic.refresh_from_db()
    assert (topic.reply_count, topic.accepted_count) == (1, 1)
    assert trail.undo(Act.objects.get(), moderator)
    post.refresh_from_db()
    assert (post.body, post.hidden) == ("Visit my casino", False)


def test_a_post_that_nobody_has_seen_before_has_nothing_to_be_put_back(
    topic: Topic, holding_board: BoardPage, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer(client_of(other_member), topic)
    post = Post.objects.get(body=WORDS)
    edit(client_of(other_member), post, "Other words")
    page = client_of(moderator).get(f"/moderation/things/post/{post.pk}/").content.decode()
    assert 'value="reject"' in page
    assert 'value="put_back"' not in page
    assert not holding.put_back(post, moderator, "A reason.")
    post.refresh_from_db()
    assert (post.body, post.held) == ("Other words", True)


def test_what_is_held_with_an_edit_is_all_of_it_or_nothing(
    topic: Topic, other_member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, _ = services.answer(topic, other_member, body=WORDS)

    def broken(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services.cases, "hold", broken)
    with pytest.raises(RuntimeError):
        services.edit(post, body="Visit my casino", held="Listed: casino")
    post.refresh_from_db()
    assert (post.body, post.held, post.hidden, post.versions.count()) == (WORDS, False, False, 0)


def test_new_members_link_to_few_sites_and_others_to_many(
    topic: Topic, other_member: User, client_of: ClientOf
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    body = " ".join(f"https://site{number}.example/ and" for number in range(3))
    links = "\n\n".join(f"[a](https://site{number}.example/)" for number in range(3))
    client = client_of(other_member)
    page = client.post(f"/forums/finance/topic/{topic.pk}/answer/", {"body": links}).content.decode()
    assert "In their first week members link to 2 other sites" in page
    answer(client, topic, body)
    User.objects.filter(pk=other_member.pk).update(date_joined=timezone.now() - timedelta(days=30))
    answer(client, topic, links)
    assert Post.objects.filter(topic=topic, body=links).exists()


def test_a_robot_is_told_to_send_again_and_a_person_gets_through(
    topic: Topic, other_member: User, client_of: ClientOf, settings: object
) -> None:
    from django.test import override_settings

    client, url = client_of(other_member), f"/forums/finance/topic/{topic.pk}/answer/"
    page = client.post(url, {"body": WORDS, "website": "https://robot.example"}).content.decode()
    assert "A field that people do not see was filled in" in page
    assert WORDS in page
    assert "robot.example" not in page
    with override_settings(POSTING_STAMP_REQUIRED=True):
        page = client.post(url, {"body": WORDS}).content.decode()
        assert "That was quicker than people write." in page
        assert client.post(url, {"body": WORDS, "stamp": "1.0:forged"}).status_code == 200
        assert not Post.objects.filter(body=WORDS).exists()
        from unittest.mock import patch

        stamp = page.split('name="stamp" value="')[1].split('"')[0]
        with patch("portal.moderation.trap.QUICKEST", -1.0):
            client.post(url, {"body": WORDS, "stamp": stamp})
    assert Post.objects.filter(body=WORDS).exists()


def test_whom_a_held_post_mentions_hears_of_it_when_it_is_approved(
    topic: Topic, holding_board: BoardPage, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer(client_of(other_member), topic, f"{WORDS}, {mentions.written(moderator.name, moderator.pk)}")
    told = Notification.objects.filter(verb="forums.mention", recipient=moderator)
    assert not told.exists()
    held = Post.objects.get(held=True)
    assert holding.approve(held, moderator, "A reason.")
    assert told.count() == 1
    assert Notification.objects.filter(verb="forums.answer", recipient=member).count() == 1
    assert holding.approve(held, moderator, "A reason.") is False


def test_who_follows_hears_of_a_rejected_post_that_is_shown_after_all(
    topic: Topic, holding_board: BoardPage, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    answer(client_of(other_member), topic)
    post = Post.objects.get(body=WORDS)
    holding.reject(post, moderator, "A reason.")
    told = Notification.objects.filter(verb="forums.answer", recipient=member)
    assert not told.exists()
    assert moderation.unhide_post(post, moderator, "A reason.")
    assert told.count() == 1

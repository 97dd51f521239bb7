"""Who asks with the name withheld is named nowhere, to nobody but moderators, who leave a trace when they look."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import ReferenceIndex

from forums import mentions, moderation, records, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import Affiliation, User
from portal.core.viewer import viewer_for
from portal.moderation.models import Act
from portal.notifications import listings
from portal.notifications import services as watching
from portal.notifications.models import Notification
from tests.factories.forums import PostFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
NAME = "Wilhelmina Quartermaine"
WORKS_AT = "Department of Rare Birds"


@pytest.fixture
def asker(member: User) -> User:
    User.objects.filter(pk=member.pk).update(name=NAME, organisation=WORKS_AT, affiliation=Affiliation.GOVERNMENT)
    member.refresh_from_db()
    return member


@pytest.fixture
def withheld(board: BoardPage, asker: User, other_member: User) -> Topic:
    """A question of the asker, a peer's answer, and the asker's reply to it, which is accepted too."""
    topic, _ = services.ask(board, asker, title="How do I tell my board?", body="It went wrong.", withheld=True)
    PostFactory(topic=topic, author=other_member)
    own = PostFactory(topic=topic, author=asker, body="I told them in the end.")
    services.accept(topic, own)
    topic.refresh_from_db()
    return topic


def test_the_form_asks_and_the_topic_keeps_it(board: BoardPage, asker: User, client_of: ClientOf) -> None:
    typed = {"title": "How do I tell my board?", "body": "It went wrong.", "withheld": "on", "do": "post"}
    client_of(asker).post("/forums/finance/new/", typed)
    assert Topic.objects.get().withheld
    assert Post.objects.get().withheld


def test_no_page_names_the_asker_to_anybody_else(
    withheld: Topic, other_member: User, moderator: User, group_member: User, editor: User, client_of: ClientOf
) -> None:
    first = withheld.posts.get(position=1)
    services.edit(first, body="It went wrong, and I was there.")
    addresses = [
        withheld.url, "/", "/forums/", "/forums/finance/", "/forums/questions/", "/forums/questions/?q=board",
        "/search/?q=board", "/search/?q=quartermaine", "/search/suggest/?q=tell", "/forums/similar/?q=tell my board",
        "/forums/finance/?show=solved", f"{withheld.url}?quote={first.pk}",
    ]  # fmt: skip
    staff = [
        "/admin/", "/admin/forums/topics/", "/admin/forums/posts/", f"/admin/forums/topics/edit/{withheld.pk}/",
        f"/admin/forums/posts/edit/{first.pk}/", f"/admin/forums/topics/history/{withheld.pk}/",
        f"/admin/forums/posts/history/{first.pk}/", f"/admin/forums/topics/usage/{withheld.pk}/",
        f"/forums/finance/post/{first.pk}/history/",
    ]  # fmt: skip
    for who in (None, other_member, group_member, editor, moderator):
        for address in [*addresses, *(staff if who == moderator else ())]:
            page = client_of(who).get(address).content.decode()
            assert NAME not in page, (address, who)
            assert WORKS_AT not in page, (address, who)
    page = client_of(other_member).get(withheld.url).content.decode()
    assert page.count("Name withheld") >= 3
    assert f"/members/{withheld.author_id}/" not in page


def test_the_admin_does_not_list_it_with_the_account_of_its_author(
    withheld: Topic, administrator: User, client_of: ClientOf
) -> None:
    for what in ("usage", "history", "edit", "delete"):
        answer = client_of(administrator).get(f"/admin/users/{what}/{withheld.author_id}/")
        assert withheld.title not in answer.content.decode(), what


def test_the_asker_reads_the_own_name_and_what_others_read(withheld: Topic, asker: User, client_of: ClientOf) -> None:
    page = client_of(asker).get(withheld.url).content.decode()
    assert NAME in page
    assert "Others read “Name withheld” here" in page


def test_it_stays_withheld_where_posts_are_moved_to(
    withheld: Topic, board: BoardPage, other_member: User, client_of: ClientOf
) -> None:
    another, _ = services.ask(board, other_member, title="Another question", body="Other words.")
    Post.objects.filter(topic=withheld, position=3).update(topic=another, position=2)
    services.settle(another)
    another.refresh_from_db()
    assert NAME not in client_of(None).get(another.url).content.decode()


def test_no_notice_and_no_mail_names_who_withholds_the_name(
    withheld: Topic, board: BoardPage, asker: User, other_member: User, moderator: User
) -> None:
    watching.watch(other_member.pk, "topic", str(withheld.pk))
    watching.watch(other_member.pk, "member", str(asker.pk))
    watching.watch(moderator.pk, "board", str(board.pk))
    words = f"Thank you, {mentions.written(other_member.name, other_member.pk)}"
    services.answer(withheld, asker, body=words)
    services.ask(board, asker, title="Another question of mine", body=words, withheld=True)
    for reader in (other_member, moderator):
        said = listings.inbox(viewer_for(reader)).rows
        assert said
        assert all(NAME not in f"{one.title} {one.excerpt}" for one in said)
    assert all(NAME not in str(message.message()) for message in mail.outbox)
    assert not Notification.objects.filter(source=f"member:{asker.pk}").exists()


def test_who_follows_a_person_hears_of_questions_under_the_name_and_of_no_others(
    board: BoardPage, private_board: BoardPage, asker: User, other_member: User
) -> None:
    watching.watch(other_member.pk, "member", str(asker.pk))
    nameless, _ = services.ask(board, asker, title="A question without a name", body="Words.", withheld=True)
    services.ask(private_board, asker, title="A question elsewhere", body="Words.")
    assert not listings.inbox(viewer_for(other_member)).rows
    services.ask(board, asker, title="A question under a name", body="Words.")
    titles = [row.title for row in listings.inbox(viewer_for(other_member)).rows]
    assert titles == [f"{NAME} (Government) asks on {board.title}: A question under a name"]
    assert not Notification.objects.filter(about=nameless.pk).exists()


def test_a_moderator_looks_behind_a_button_and_each_look_is_recorded(
    withheld: Topic, moderator: User, other_member: User, client_of: ClientOf
) -> None:
    first = withheld.posts.get(position=1)
    address = f"/forums/finance/post/{first.pk}/who/"
    assert "Show who wrote it" in client_of(moderator).get(withheld.url).content.decode()
    assert "Show who wrote it" not in client_of(other_member).get(withheld.url).content.decode()
    for number in (1, 2):
        answer = client_of(moderator).post(address)
        assert NAME in answer.content.decode()
        assert answer.headers["Cache-Control"] == "private, no-store"
        looks = Act.objects.filter(name="forums.name_seen", by=moderator, kind="post", key=str(first.pk))
        assert looks.count() == number
    assert NAME not in str(list(Act.objects.values_list("title", "reason", "data")))
    assert NAME not in client_of(moderator).get("/moderation/log/").content.decode()
    assert client_of(moderator).get(address).status_code == 405
    assert client_of(other_member).post(address).status_code == 404
    assert client_of(None).post(address).status_code == 302
    assert looks.count() == 2


def test_there_is_nothing_to_look_up_of_a_post_that_says_its_author(
    withheld: Topic, moderator: User, client_of: ClientOf
) -> None:
    peer = withheld.posts.get(position=2)
    assert client_of(moderator).post(f"/forums/finance/post/{peer.pk}/who/").status_code == 404
    assert not Act.objects.filter(name="forums.name_seen").exists()


def test_an_announcement_says_who_makes_it(board: BoardPage, moderator: User, client_of: ClientOf) -> None:
    typed = {"kind": "announcement", "title": "We are moving", "body": "Soon.", "withheld": "on", "do": "post"}
    answer = client_of(moderator).post("/forums/finance/new/", typed)
    assert "An announcement says who makes it." in answer.content.decode()


def test_the_admin_s_list_of_what_refers_to_an_account_does_not_say_what_it_wrote(
    withheld: Topic, asker: User, moderator: User
) -> None:
    own = withheld.posts.get(position=3)
    services.edit(own, body="I told them at last.")
    moderation.hide_post(own, moderator, "Off topic.")
    listed = ReferenceIndex.get_references_to(asker).values_list("base_content_type__app_label", flat=True)
    assert not {"forums", "moderation", "notifications"} & set(listed)


def test_a_record_names_nobody_whose_name_is_withheld(withheld: Topic) -> None:
    said = str(records.of_topic(Topic.objects.select_related("board").get(pk=withheld.pk), earlier=True))
    assert NAME not in said
    assert "Name withheld" in said

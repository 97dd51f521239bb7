"""Who may do what, by the named cast; forbidden looks like missing, and visitors are led to sign in."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client, override_settings

from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.groups import group
from tests.factories.pages import add

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
CAST = ("visitor", "member", "other_member", "group_member", "moderator", "administrator")


@pytest.fixture
def cast(member: User, other_member: User, group_member: User, moderator: User, administrator: User) -> dict[str, User]:
    people = (None, member, other_member, group_member, moderator, administrator)
    return dict(zip(CAST, people, strict=True))  # type: ignore[arg-type]


@pytest.fixture
def answered(topic: Topic, other_member: User) -> Post:
    """An answer by `other_member` to the question of `member`."""
    return PostFactory(topic=topic, author=other_member)


SIGN_IN, GONE, DONE, SHOWN, REFUSED = "sign in", 404, 302, 200, 405


def outcome(response: object) -> object:
    status = response.status_code  # type: ignore[attr-defined]
    return SIGN_IN if status == 302 and response.url.startswith("/accounts/login/") else status  # type: ignore[attr-defined]


# For each act: what the visitor, the asker, another member (who answered), a group member, a moderator and an
# administrator get.
ACTS = {
    "post/{answer}/accept/": (SIGN_IN, DONE, GONE, GONE, DONE, DONE),
    "post/{answer}/unaccept/": (SIGN_IN, DONE, GONE, GONE, DONE, DONE),
    "topic/{topic}/hide/": (SIGN_IN, GONE, GONE, GONE, DONE, DONE),
    "topic/{topic}/unhide/": (SIGN_IN, GONE, GONE, GONE, DONE, DONE),
    "topic/{topic}/lock/": (SIGN_IN, GONE, GONE, GONE, DONE, DONE),
    "topic/{topic}/unlock/": (SIGN_IN, GONE, GONE, GONE, DONE, DONE),
    "topic/{topic}/pin/": (SIGN_IN, GONE, GONE, GONE, DONE, DONE),
    "topic/{topic}/unpin/": (SIGN_IN, GONE, GONE, GONE, DONE, DONE),
    "post/{answer}/helped/": (SIGN_IN, DONE, GONE, DONE, DONE, DONE),
    "post/{answer}/unhelped/": (SIGN_IN, DONE, GONE, DONE, DONE, DONE),
    "post/{answer}/outdated/": (SIGN_IN, DONE, DONE, DONE, DONE, DONE),
    "post/{answer}/current/": (SIGN_IN, DONE, DONE, GONE, DONE, DONE),
    "topic/{topic}/unduplicate/": (SIGN_IN, DONE, GONE, GONE, DONE, DONE),
    "topic/{topic}/affected/": (SIGN_IN, GONE, DONE, DONE, DONE, DONE),
    "topic/{topic}/unaffected/": (SIGN_IN, GONE, DONE, DONE, DONE, DONE),
    "topic/{topic}/answer/": (SIGN_IN, DONE, DONE, DONE, DONE, DONE),
    "post/{answer}/edit/": (SIGN_IN, GONE, DONE, GONE, GONE, GONE),
    "new/": (SIGN_IN, DONE, DONE, DONE, DONE, DONE),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", CAST)
def test_who_may_press_what(act: str, who: str, cast: dict[str, User], answered: Post, client_of: ClientOf) -> None:
    url = "/forums/finance/" + act.format(answer=answered.pk, topic=answered.topic_id)
    data = {"body": "Some words.", "title": "A new question?", "reason": "A reason."}
    assert outcome(client_of(cast[who]).post(url, data)) == ACTS[act][CAST.index(who)]


@pytest.mark.parametrize("act", [act for act in ACTS if act not in {"new/", "post/{answer}/edit/"}])
def test_a_link_changes_nothing(act: str, answered: Post, moderator: User, client_of: ClientOf) -> None:
    url = "/forums/finance/" + act.format(answer=answered.pk, topic=answered.topic_id)
    before = Topic.objects.values().get()
    assert client_of(moderator).get(url).status_code == REFUSED
    assert Topic.objects.values().get() == before


# On the board of a working group: what its member, its lead, the lead of another group, a moderator and an
# administrator get.
LED = {
    "post/{answer}/who/": (GONE, GONE, GONE, SHOWN, SHOWN),
    "topic/{topic}/hide/": (GONE, DONE, GONE, DONE, DONE),
    "topic/{topic}/unhide/": (GONE, DONE, GONE, DONE, DONE),
    "topic/{topic}/lock/": (GONE, DONE, GONE, DONE, DONE),
    "topic/{topic}/unlock/": (GONE, DONE, GONE, DONE, DONE),
    "topic/{topic}/pin/": (GONE, DONE, GONE, DONE, DONE),
    "topic/{topic}/unpin/": (GONE, DONE, GONE, DONE, DONE),
    "moderate/post/{answer}/edit/": (GONE, SHOWN, GONE, SHOWN, SHOWN),
    "moderate/topic/{topic}/move/": (GONE, SHOWN, GONE, SHOWN, SHOWN),
    "moderate/topic/{topic}/split/": (GONE, SHOWN, GONE, SHOWN, SHOWN),
    "moderate/topic/{topic}/merge/": (GONE, SHOWN, GONE, SHOWN, SHOWN),
}
LED_CAST = ("group_member", "lead", "other_member", "moderator", "administrator")


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("who", LED_CAST)
def test_who_runs_a_board_moderates_it(
    who: str, hidden: bool, cast: dict[str, User], lead: User, other_member: User, client_of: ClientOf
) -> None:
    page = group(slug="led", lead=lead, members=[cast["group_member"]])
    group(slug="elsewhere", lead=other_member)
    board = add(page, BoardPage(title="Led board", slug="board"))
    topic = TopicFactory(board=BoardPage.objects.get(pk=board.pk), author=cast["member"])
    answer = PostFactory(topic=topic, author=cast["member"])
    Topic.objects.update(hidden=hidden)
    Post.objects.update(hidden=hidden, withheld=True)
    client = client_of({**cast, "lead": lead}[who])
    for act, wanted in LED.items():
        url = page.url + "board/" + act.format(answer=answer.pk, topic=topic.pk)
        with override_settings(SECOND_FACTOR_REQUIRED=True):
            asked = client.post(url).headers.get("Location", "").startswith("/accounts/2fa/")
            assert asked == (wanted[LED_CAST.index(who)] != GONE), act
        with transaction.atomic():
            assert outcome(client.post(url)) == wanted[LED_CAST.index(who)], act
            transaction.set_rollback(True)


PAGES = ("", "new/", "{private}", "post/{post}/", "post/{post}/edit/", "post/{post}/history/")
PRIVATE_ACTS = ("post/{post}/helped/", "post/{post}/accept/", "topic/{topic}/answer/", "topic/{topic}/lock/")


@pytest.mark.parametrize("who", ["visitor", "member", "moderator"])
@pytest.mark.parametrize("page", PAGES)
def test_a_private_board_does_not_exist_for_outsiders(
    page: str, who: str, cast: dict[str, User], private_topic: Topic, client_of: ClientOf
) -> None:
    post = private_topic.posts.get()
    url = page.format(private=f"{private_topic.pk}-{private_topic.slug}/", post=post.pk)
    assert client_of(cast[who]).get(f"/forums/privacy-group/{url}").status_code == GONE


@pytest.mark.parametrize("who", ["visitor", "member", "moderator"])
@pytest.mark.parametrize("act", PRIVATE_ACTS)
@pytest.mark.parametrize("board_slug", ["privacy-group", "finance"])
def test_nothing_on_a_private_board_can_be_pressed_by_outsiders_even_through_another_board(
    board_slug: str,
    act: str,
    who: str,
    cast: dict[str, User],
    private_topic: Topic,
    board: BoardPage,
    client_of: ClientOf,
) -> None:
    url = act.format(topic=private_topic.pk, post=private_topic.posts.get().pk)
    response = client_of(cast[who]).post(f"/forums/{board_slug}/{url}", {"body": "Some words."})
    assert response.status_code == GONE


@pytest.mark.parametrize("who", ["group_member", "administrator"])
def test_a_private_board_is_there_for_its_group(
    who: str, cast: dict[str, User], private_topic: Topic, client_of: ClientOf
) -> None:
    client = client_of(cast[who])
    assert client.get("/forums/privacy-group/").status_code == SHOWN
    assert "Confidential words" in client.get(private_topic.url).content.decode()


def test_a_locked_topic_takes_answers_and_edits_of_moderators_only(
    topic: Topic, member: User, moderator: User, client_of: ClientOf
) -> None:
    Topic.objects.update(locked=True)
    url = f"/forums/finance/topic/{topic.pk}/answer/"
    assert client_of(member).post(url, {"body": "More."}).status_code == GONE
    assert client_of(member).get(f"/forums/finance/post/{topic.posts.get().pk}/edit/").status_code == GONE
    assert client_of(moderator).post(url, {"body": "More."}).status_code == DONE
    assert "takes no more answers" in client_of(member).get(topic.url).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", GONE), ("member", SHOWN), ("other_member", GONE), ("moderator", SHOWN)]
)
def test_earlier_versions_are_for_the_author_and_moderators(
    who: str, status: int, cast: dict[str, User], topic: Topic, client_of: ClientOf
) -> None:
    from forums import services

    post = topic.posts.get()
    services.edit(post, body="Without the telephone number.")
    response = client_of(cast[who]).get(f"/forums/finance/post/{post.pk}/history/")
    assert response.status_code == status
    if status == SHOWN:
        assert "Half of the customers" in response.content.decode()


def test_an_author_cannot_edit_what_a_moderator_removed(topic: Topic, member: User, client_of: ClientOf) -> None:
    Post.objects.update(hidden=True)
    assert client_of(member).get(f"/forums/finance/post/{topic.posts.get().pk}/edit/").status_code == GONE


def test_a_visitor_who_asks_is_led_to_sign_in_and_back(board: BoardPage, visitor_client: Client) -> None:
    response = visitor_client.get("/forums/finance/new/?about=7")
    assert response["Location"] == "/accounts/login/?next=%2Fforums%2Ffinance%2Fnew%2F%3Fabout%3D7"

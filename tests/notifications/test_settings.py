"""What a member chooses: on joining, in the settings, by the button beside a thing, and by the links in letters."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from forums.models import BoardPage
from portal.accounts.models import User
from portal.core import unsubscribing
from portal.notifications import choosing, ending, querysets, services
from portal.notifications.models import Notification, Setting, Watch
from portal.notifications.verbs import Channel
from tests.factories.forums import BoardFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
SETTINGS = "/notifications/settings/"


@pytest.fixture
def board(home: object) -> BoardPage:
    return BoardFactory(title="Business case and finance", slug="finance")


def chosen(member: User) -> dict[tuple[str, str], Channel]:
    return querysets.settings_of([member.pk])[member.pk]


def filled(client: Client, **changed: str) -> dict[str, str]:
    """What the form sends when nothing but `changed` is."""
    form = client.get(SETTINGS).context["form"]
    values = {bound.name: bound.value() or "" for bound in form if bound.name != "no_mail" or bound.value()}
    return {**{name: str(value) for name, value in values.items()}, **changed}


def test_nothing_comes_by_mail_that_was_not_chosen(member: User, client_of: ClientOf) -> None:
    form = client_of(member).get(SETTINGS).context["form"]
    mailed = {bound.name for bound in form if str(bound.value()) in {"now", "daily", "weekly"}}
    assert mailed == {"verb-tests.urgent"}
    assert choosing.digest_of(chosen(member)) == Channel.OFF


def test_what_is_chosen_is_kept_and_the_default_needs_no_row(member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    client.post(SETTINGS, filled(client, digest="daily", **{"verb-tests.news": "weekly"}))
    assert chosen(member) == {("digest", ""): Channel.DAILY, ("tests.news", ""): Channel.WEEKLY}
    client.post(SETTINGS, filled(client, **{"verb-tests.news": "inbox"}))
    assert chosen(member) == {("digest", ""): Channel.DAILY}
    client.post(SETTINGS, filled(client, no_mail="on"))
    assert choosing.wants_no_mail(chosen(member))
    assert choosing.digest_of(chosen(member)) == Channel.OFF


def test_what_is_no_choice_changes_nothing(member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    response = client.post(SETTINGS, filled(client, digest="hourly"))
    assert response.status_code == 200
    assert not Setting.objects.exists()


def test_a_followed_board_may_be_heard_of_otherwise(member: User, board: BoardPage, client_of: ClientOf) -> None:
    client = client_of(member)
    services.watch(member.pk, "board", str(board.pk))
    name = f"watch-{Watch.objects.get().pk}"
    client.post(SETTINGS, filled(client, **{name: "now"}))
    assert chosen(member)["", f"board:{board.pk}"] == Channel.NOW
    client.post(SETTINGS, filled(client, **{name: ""}))
    assert ("", f"board:{board.pk}") not in chosen(member)


def test_of_one_thing_each_kind_of_news_may_be_heard_otherwise(
    member: User, board: BoardPage, client_of: ClientOf
) -> None:
    source = f"board:{board.pk}"
    services.watch(member.pk, "board", str(board.pk))
    services.choose(member.pk, {("tests.news", ""): Channel.DAILY, ("", source): Channel.INBOX})
    client, page = client_of(member), f"{SETTINGS}{Watch.objects.get().pk}/"
    assert page in client.get(SETTINGS).content.decode()
    kept = client.post(page, {"verb-tests.news": "now"}, follow=True).content.decode()
    assert "Tests: news: E-mail at once" in kept
    assert chosen(member)["tests.news", source] == Channel.NOW
    for number, name in enumerate(("tests.news", "tests.urgent")):
        services.tell(name, about=member.pk, key=f"board-{number}", recipients=[member.pk], source=source)
    services.tell("tests.news", about=member.pk, key="elsewhere", recipients=[member.pk], source="board:0")
    assert [message.subject for message in mail.outbox] == [f"News of {member.name}"]
    assert list(Notification.objects.order_by("pk").values_list("channel", flat=True)) == ["now", "inbox", "daily"]
    client.post(SETTINGS, filled(client))
    assert chosen(member)["tests.news", source] == Channel.NOW
    client.post(page, {"verb-tests.news": ""})
    assert ("tests.news", source) not in chosen(member)
    assert client.post(page, {"verb-tests.news": "hourly"}).status_code == 200
    assert ("tests.news", source) not in chosen(member)


def test_what_one_does_not_follow_or_see_has_no_settings_of_its_own(
    member: User, other_member: User, board: BoardPage, client_of: ClientOf
) -> None:
    services.watch(member.pk, "board", str(board.pk))
    page = f"{SETTINGS}{Watch.objects.get().pk}/"
    assert client_of(other_member).post(page, {"verb-tests.news": "now"}).status_code == 404
    BoardPage.objects.filter(pk=board.pk).update(live=False)
    assert client_of(member).get(page).status_code == 404
    BoardPage.objects.filter(pk=board.pk).update(live=True)
    services.unwatch(member.pk, "board", str(board.pk))
    assert client_of(member).get(page).status_code == 404


def test_who_joins_chooses_how_often_the_digest_comes(client_of: ClientOf, home: object) -> None:
    page = client_of(None).get("/accounts/signup/")
    assert page.context["form"]["digest"].value() == "weekly"
    for number, choice in enumerate(("weekly", "off", "")):
        client_of(None).post(
            "/accounts/signup/",
            {
                "email": f"new{number}@example.org",
                "password1": "correct horse battery staple",
                "name": "A new member",
                "affiliation": "government",
                "digest": choice,
            },
        )
        user = User.objects.get(email=f"new{number}@example.org")
        assert chosen(user) == ({("digest", ""): Channel(choice)} if choice else {})


def test_the_button_follows_and_ends_and_comes_back_to_the_thing(
    member: User, board: BoardPage, client_of: ClientOf
) -> None:
    client = client_of(member)
    assert "Follow this board" in client.get(board.url).content.decode()
    pressed = {"kind": "board", "key": str(board.pk)}
    assert client.post("/notifications/watch/", pressed)["Location"] == board.url
    assert Watch.objects.get().active
    assert "Stop following" in client.get(board.url).content.decode()
    client.post("/notifications/watch/", {**pressed, "do": "stop"})
    assert not Watch.objects.get().active
    assert "Follow this board" not in client_of(None).get(board.url).content.decode()


@pytest.mark.parametrize(
    ("kind", "digest", "said"),
    [
        ("board", Channel.WEEKLY, "What happens stands in your inbox"),
        ("search", Channel.WEEKLY, "What is new in it stands in your digest."),
        ("search", Channel.OFF, "the digest, which you do not get"),
    ],
)
def test_who_follows_is_told_where_what_is_new_will_stand(
    kind: str, digest: Channel, said: str, member: User, board: BoardPage, client_of: ClientOf
) -> None:
    services.choose(member.pk, {("digest", ""): digest})
    key = {"board": str(board.pk), "search": "q=shared+payroll"}[kind]
    client = client_of(member)
    page = client.post("/notifications/watch/", {"kind": kind, "key": key}, follow=True)
    assert page.status_code == 200
    assert said in page.content.decode()


def test_nothing_is_followed_that_is_not_there_or_not_to_be_seen(
    member: User, board: BoardPage, client_of: ClientOf
) -> None:
    BoardPage.objects.filter(pk=board.pk).update(live=False)
    for pressed in (
        {"kind": "board", "key": str(board.pk)},
        {"kind": "board", "key": "9" * 40},
        {"kind": "board", "key": "x"},
        {"kind": "nothing", "key": "1"},
        {"kind": "search", "key": "q=a&sort=title"},
        {"kind": "search", "key": "q=" + "a" * 1000},
        {},
    ):
        assert client_of(member).post("/notifications/watch/", pressed).status_code == 404, pressed
    assert not Watch.objects.exists()


def test_what_may_no_longer_be_seen_is_not_named_and_can_be_ended(
    member: User, board: BoardPage, client_of: ClientOf
) -> None:
    services.watch(member.pk, "board", str(board.pk))
    client = client_of(member)
    assert board.title in client.get(SETTINGS).content.decode()
    BoardPage.objects.filter(pk=board.pk).update(live=False)
    assert board.title not in client.get(SETTINGS).content.decode()
    response = client.post("/notifications/watch/", {"kind": "board", "key": str(board.pk), "do": "stop"})
    assert response["Location"] == SETTINGS
    assert not Watch.objects.get().active


def one_click(client: Client) -> str:
    """Press the button that a mail program makes of the last letter's headers; the address."""
    headers = mail.outbox[-1].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(headers["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost:8000")
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    return address


def test_one_click_ends_letters_of_the_verb_signed_out(member: User) -> None:
    services.tell("tests.urgent", about=member.pk, key="1", recipients=[member.pk])
    strict = Client(enforce_csrf_checks=True)
    address = one_click(strict)
    assert chosen(member) == {("tests.urgent", ""): Channel.INBOX}
    services.tell("tests.urgent", about=member.pk, key="2", recipients=[member.pk])
    assert len(mail.outbox) == 1
    assert strict.post(address).status_code == 200


def test_one_click_ends_letters_of_the_verb_through_whatever_they_came(member: User) -> None:
    services.choose(member.pk, {("tests.news", "board:7"): Channel.NOW, ("tests.urgent", "board:7"): Channel.NOW})
    services.tell("tests.news", about=member.pk, key="1", recipients=[member.pk], source="board:7")
    one_click(Client())
    assert chosen(member)["tests.news", "board:7"] == Channel.INBOX
    assert chosen(member)["tests.urgent", "board:7"] == Channel.NOW


def test_one_click_ends_following_where_the_letter_came_from_what_one_follows(member: User) -> None:
    services.watch(member.pk, "topic", "7")
    services.tell("tests.urgent", about=member.pk, key="1", recipients=[member.pk], source="topic:7")
    one_click(Client())
    assert not Watch.objects.get().active
    assert chosen(member) == {}


def test_every_letter_also_has_a_link_that_ends_them_all(member: User) -> None:
    services.tell("tests.urgent", about=member.pk, key="1", recipients=[member.pk])
    address = ending.all_ending_of(member.pk)
    assert address in str(mail.outbox[0].body)
    # A link that is only followed changes nothing.
    assert Client().get(address).status_code == 200
    assert chosen(member) == {}
    Client().post(address)
    assert choosing.wants_no_mail(chosen(member))


def test_links_cannot_be_forged_or_turned_on_others(member: User, other_member: User) -> None:
    good = ending.all_ending_of(member.pk)
    token = good.split("/")[-2]
    forged = [
        token.replace(f"-{member.pk}:", f"-{other_member.pk}:"),
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"notice-mail-{other_member.pk}",
    ]
    for wrong in forged:
        assert Client().post(f"/unsubscribe/{wrong}/").status_code == 404
    assert not Setting.objects.exists()
    for gone in (
        unsubscribing.address_of(ending.FOLLOWING, 999),
        unsubscribing.address_of(ending.VERB, f"{member.pk}.tests.nothing"),
        unsubscribing.address_of(ending.VERB, "999.tests.news"),
        unsubscribing.address_of(ending.DIGEST, 999),
        unsubscribing.address_of(ending.ALL, 999),
    ):
        assert Client().post(gone).status_code == 404


def test_ending_the_digest_ends_what_comes_daily_or_weekly_too(member: User) -> None:
    services.choose(member.pk, {("digest", ""): Channel.WEEKLY, ("tests.news", ""): Channel.DAILY})
    Client().post(ending.digest_ending_of(member.pk))
    assert chosen(member) == {("digest", ""): Channel.OFF, ("tests.news", ""): Channel.INBOX}

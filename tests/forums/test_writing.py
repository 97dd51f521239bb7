"""Preview, quotes, mentions and cards: what a text becomes for each of its readers."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from forums import mentions, services, unfurling
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.text import render_markdown
from portal.core.viewer import VISITOR, viewer_for
from portal.notifications.models import Notification
from tests.cost import growth
from tests.factories.forums import PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def page_of(client: Client, url: str) -> str:
    return str(client.get(url).content.decode())


# --- Preview -------------------------------------------------------------------------------------------------------


def test_the_live_preview_is_what_the_post_will_be(topic: Topic, member: User, client_of: ClientOf) -> None:
    body = "**Bold** and <script>alert(1)</script>\n\n/forums/finance/\n"
    answer = client_of(member).post("/forums/finance/write/preview/", {"body": body})
    assert "<strong>Bold</strong>" in answer.content.decode()
    assert "<script" not in answer.content.decode()
    assert 'class="unfurled"' in answer.content.decode()
    assert client_of(None).post("/forums/finance/write/preview/", {"body": body}).status_code == 404
    assert client_of(member).post("/forums/finance/write/nothing/", {"body": body}).status_code == 404


# --- Quotes --------------------------------------------------------------------------------------------------------


def test_a_quote_fills_the_answer_with_the_lines_and_a_link_to_the_post(
    topic: Topic, other_member: User, client_of: ClientOf
) -> None:
    post = PostFactory(topic=topic, author=other_member, body="First line.\n\nSecond line.")
    client = client_of(other_member)
    assert f'href="?quote={post.pk}#answer"' in page_of(client, topic.url)
    page = page_of(client, f"{topic.url}?quote={post.pk}")
    assert "&gt; First line.\n&gt;\n&gt; Second line." in page
    assert f"[A city procurement officer wrote](/forums/finance/post/{post.pk}/):" in page


@pytest.mark.parametrize("quote", ["x", "0", "9" * 40, "-1", ""])
def test_what_cannot_be_quoted_quotes_nothing(quote: str, topic: Topic, member: User, client_of: ClientOf) -> None:
    answer = client_of(member).get(topic.url, {"quote": quote})
    assert answer.status_code == 200
    assert "wrote](" not in answer.content.decode()


def test_posts_of_other_topics_and_hidden_ones_are_not_quoted(
    topic: Topic, private_topic: Topic, moderator: User, member: User, client_of: ClientOf
) -> None:
    hidden = PostFactory(topic=topic, author=moderator, body="Hidden words")
    type(hidden).objects.filter(pk=hidden.pk).update(hidden=True)
    for post in (hidden, private_topic.posts.get()):
        page = page_of(client_of(member), f"{topic.url}?quote={post.pk}")
        assert "Hidden words" not in page
        assert "payroll" not in page


def test_a_permalink_follows_its_post_to_another_board(topic: Topic, client_of: ClientOf) -> None:
    from tests.factories.forums import BoardFactory

    post = topic.posts.get()
    address = f"/forums/finance/post/{post.pk}/"
    assert f'href="{address}"' in page_of(client_of(None), topic.url)
    Topic.objects.filter(pk=topic.pk).update(board=BoardFactory(slug="elsewhere"))
    assert client_of(None).get(address).headers["Location"].startswith("/forums/elsewhere/")


# --- Mentions ------------------------------------------------------------------------------------------------------


def test_members_who_may_see_the_board_are_offered_and_no_others(
    board: BoardPage, private_board: BoardPage, member: User, other_member: User, group_member: User, lead: User
) -> None:
    viewer = viewer_for(lead)
    assert [pk for pk, _name in mentions.offered("A", board, viewer)] == [other_member.pk, member.pk, group_member.pk]
    assert [pk for pk, _name in mentions.offered("a", private_board, viewer)] == [group_member.pk]
    assert [pk for pk, _name in mentions.offered("privacy an", private_board, viewer)] == [group_member.pk]
    assert mentions.offered("", private_board, viewer) == []
    assert mentions.offered("%", board, viewer) == []


def test_a_closed_account_is_not_offered(board: BoardPage, member: User, other_member: User) -> None:
    User.objects.filter(pk=other_member.pk).update(is_active=False)
    assert mentions.offered("city", board, viewer_for(member)) == []


def test_completion_answers_members_of_the_board_only(
    private_board: BoardPage, member: User, group_member: User, lead: User, client_of: ClientOf
) -> None:
    address = "/forums/privacy-group/write/members/?q=state"
    found = client_of(lead).get(address).json()["members"]
    assert found == [{"name": group_member.name, "text": f"[@{group_member.name}](/members/{group_member.pk}/)"}]
    assert client_of(member).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 404


def test_a_mention_shows_the_name_of_today_and_no_link_to_who_may_not_look(
    topic: Topic, member: User, other_member: User, client_of: ClientOf
) -> None:
    services.answer(topic, member, body=f"Ask {mentions.written('Old [Name]', other_member.pk)}, please.")
    User.objects.filter(pk=other_member.pk).update(name="New <Name>")
    seen = page_of(client_of(member), topic.url)
    assert f'<a class="mention" href="/members/{other_member.pk}/">@New &lt;Name&gt;</a>' in seen
    assert "Old [Name]" not in seen
    assert f"/members/{other_member.pk}/" not in page_of(client_of(None), topic.url)


def test_whom_a_post_mentions_is_told_once_and_only_who_may_see_it(
    private_topic: Topic, group_member: User, lead: User, member: User
) -> None:
    names = " ".join(mentions.written(one.name, one.pk) for one in (lead, member, group_member))
    post, _ = services.answer(private_topic, group_member, body=names)
    assert mentions.mentioned(post.html) == [lead.pk, member.pk, group_member.pk]
    told = Notification.objects.filter(verb="forums.mention")
    assert list(told.values_list("recipient_id", flat=True)) == [lead.pk]
    services.edit(post, body=f"{names} again")
    assert told.count() == 1
    # Who has lost sight of the board hears nothing of it, and neither does who is mentioned no more.
    assert mentions.readers_in(post) == [lead.pk]
    lead.groups.clear()
    assert mentions.readers_in(post) == []


def test_a_mention_in_code_or_by_hand_in_a_quote_sign_is_none() -> None:
    assert mentions.mentioned(render_markdown("`[@A](/members/7/)`")) == []
    assert mentions.mentioned(render_markdown("[A](/members/7/)")) == []
    assert mentions.mentioned(render_markdown("[@A](/members/7/)\n\n[@A](/members/7/)")) == [7]


# --- Cards ---------------------------------------------------------------------------------------------------------


def shown(body: str, viewer: object) -> str:
    return unfurling.unfurled([render_markdown(body)], viewer)[0]  # type: ignore[arg-type]


def test_an_address_alone_on_a_line_is_a_card_and_within_one_is_text(topic: Topic) -> None:
    for body in (topic.url, f"See:\n{topic.url}\nIt helped.", f"<http://testserver{topic.url}>", f"- {topic.url}"):
        with override_settings(BASE_URL="http://testserver"):
            assert f"<span>{topic.title}</span></a>" in shown(body, VISITOR), body
    for body in (f"See {topic.url} for more", f"`{topic.url}`", f"    {topic.url}", f"[here]({topic.url})"):
        assert topic.title not in shown(body, VISITOR), body


def test_only_what_stands_below_a_board_is_a_topic_or_a_post(topic: Topic, private_topic: Topic) -> None:
    post = topic.posts.get()
    for url in (topic.url, post.permalink, f"/forums/finance/{topic.pk}-earlier-words/"):
        assert topic.title in shown(url, VISITOR), url
    strange = (
        f"/cases/{topic.pk}-words/", f"/forums/{topic.pk}-words/", f"/nowhere/{topic.pk}-words/",
        f"/forums/finance/deeper/{topic.pk}-words/", f"/forums/post/{post.pk}/", f"/nowhere/post/{post.pk}/",
        f"/forums/finance/post/{post.pk}/history/",
    )  # fmt: skip
    for url in (*strange, private_topic.url, private_topic.posts.get().permalink):
        assert "unfurled" not in shown(url, VISITOR), url
    Post.objects.filter(pk=post.pk).update(hidden=True)
    assert "unfurled" not in shown(post.permalink, VISITOR)


def test_pages_topics_members_and_boards_have_cards(topic: Topic, member: User, board: BoardPage) -> None:
    body = f"{topic.url}\n\n{board.url}\n\n/members/{member.pk}/"
    seen = shown(body, viewer_for(member))
    assert seen.count('class="unfurled"') == 3
    assert member.name in seen
    assert member.name not in shown(body, VISITOR)


def test_a_card_never_shows_a_title_to_who_may_not_see_the_page(
    topic: Topic, private_topic: Topic, group_member: User, member: User, client_of: ClientOf
) -> None:
    board = private_topic.board
    services.answer(topic, group_member, body=f"{private_topic.url}\n\n{board.url}\n\n{board.url}?show=solved")
    seen = page_of(client_of(group_member), topic.url)
    assert seen.count('class="unfurled"') == 3
    assert private_topic.title in seen
    for who in (None, member):
        page = page_of(client_of(who), topic.url)
        assert private_topic.title not in page
        assert board.title not in page
        assert 'class="unfurled"' not in page


def test_a_card_is_gone_with_its_topic(topic: Topic, board: BoardPage, member: User, client_of: ClientOf) -> None:
    other = TopicFactory(board=board, author=member, title="Soon to be hidden")
    services.answer(topic, member, body=other.url)
    assert "Soon to be hidden" in page_of(client_of(None), topic.url)
    Topic.objects.filter(pk=other.pk).update(hidden=True)
    services.settle(other)
    assert "Soon to be hidden" not in page_of(client_of(None), topic.url)


def test_cards_cost_the_same_however_many(topic: Topic, board: BoardPage, member: User) -> None:
    def queries(number: int) -> int:
        texts = [render_markdown(TopicFactory(board=board, author=member).url) for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert all("unfurled" in text for text in unfurling.unfurled(texts, VISITOR))
        return len(captured)

    queries(1)
    assert queries(1) == queries(12) <= 5


@pytest.mark.parametrize(
    "piece", ["/a/\n", "<http://localhost:8000/a/>\n", "[/a/](/a/)\n", "- /a/\n", "> ", "[@", "<p>\n"]
)
def test_what_it_costs_to_read_a_text_of_anything_grows_with_its_length_only(piece: str) -> None:
    def read(body: str) -> None:
        unfurling.unfurled([mentions.renamed(render_markdown(body), {})], VISITOR)

    assert growth(read, piece * (2500 // len(piece)), 8) < 32

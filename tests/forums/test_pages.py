"""The pages as people use them: lists, asking, answering, editing, previews, bad input, and inert payloads."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from forums import limits, moderation, services, splitting
from forums.models import BODY_LENGTH, BoardPage, ForumIndexPage, Post, Topic
from portal.accounts.models import User
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
TOKEN = re.compile(r'name="token" value="([^"]+)"')


def text_of(response: object) -> str:
    assert response.status_code == 200, response.status_code  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined]


def test_the_index_shows_each_board_under_its_group_with_what_is_alive(
    index: ForumIndexPage, topic: Topic, other_member: User, visitor_client: Client
) -> None:
    BoardFactory(title="Counties", slug="counties", group="level")
    answered = TopicFactory(board=topic.board, title="Who chairs the customer board?")
    PostFactory(topic=answered, author=other_member)
    text = text_of(visitor_client.get("/forums/"))
    assert text.index("By level of government") < text.index("Counties") < text.index("By topic")
    assert "2 topics" in text
    assert "1 waiting" in text
    assert "Who chairs the customer board?" in text


def test_a_pinned_topic_stands_first_and_filters_narrow(
    board: BoardPage, topic: Topic, other_member: User, visitor_client: Client
) -> None:
    solved = TopicFactory(board=board, title="Who chairs the customer board?")
    services.accept(solved, PostFactory(topic=solved, author=other_member))
    text = text_of(visitor_client.get("/forums/finance/"))
    assert text.index(solved.title) < text.index(topic.title)
    Topic.objects.filter(pk=topic.pk).update(pinned=True)
    text = text_of(Client().get("/forums/finance/?show="))
    assert text.index(topic.title) < text.index(solved.title)
    assert solved.title not in text_of(visitor_client.get("/forums/finance/?show=unanswered"))
    assert topic.title not in text_of(visitor_client.get("/forums/finance/?show=solved"))


def test_twenty_topics_and_twenty_posts_stand_on_a_page(board: BoardPage, topic: Topic, visitor_client: Client) -> None:
    for _ in range(21):
        TopicFactory(board=board)
        PostFactory(topic=topic)
    topic.refresh_from_db()
    assert text_of(visitor_client.get("/forums/finance/")).count('class="question"') == 20
    older = re.search(r'href="([^"]+)" rel="next"', text_of(visitor_client.get("/forums/finance/")))
    assert older
    assert text_of(visitor_client.get(older[1])).count('class="question"') == 2
    assert text_of(visitor_client.get(topic.url)).count("<article") == 20
    last = topic.posts.latest("position")
    assert last.url == f"{topic.url}?page=2#post-{last.pk}"
    assert f'id="post-{last.pk}"' in text_of(visitor_client.get(last.url))


def test_an_outdated_slug_leads_to_the_right_address(topic: Topic, visitor_client: Client) -> None:
    response = visitor_client.get(f"/forums/finance/{topic.pk}-old-words/")
    assert (response.status_code, response["Location"]) == (302, topic.url)


def test_a_link_to_a_topic_that_was_moved_or_merged_keeps_what_it_asked_for(
    topic: Topic, moderator: User, visitor_client: Client
) -> None:
    old, target = topic.url, TopicFactory(board=BoardFactory())
    moderation.move(topic, BoardFactory(), moderator, "A reason.")
    moved = Topic.objects.select_related("board").get(pk=topic.pk)
    assert visitor_client.get(f"{old}?page=2&x=%26")["Location"] == f"{moved.url}?page=2&x=%26"
    splitting.merge(moved, target, moderator, "A reason.")
    assert visitor_client.get(f"{old}?page=2")["Location"] == f"{target.url}?page=2"
    assert visitor_client.get(old)["Location"] == target.url


def test_every_post_says_who_wrote_it_and_for_whom_they_work(
    topic: Topic, member: User, other_member: User, visitor_client: Client
) -> None:
    User.objects.filter(pk=other_member.pk).update(affiliation="provider", organisation="A private payroll company")
    PostFactory(topic=topic, author=other_member)
    gone = PostFactory(topic=topic, author=None)
    text = text_of(visitor_client.get(topic.url))
    assert re.search(r"A county finance director</bdi> <span[^>]*>Government", text)
    assert re.search(r"A city procurement officer</bdi> <span[^>]*>Provider", text)
    assert "A private payroll company" in text
    assert re.search(rf'id="by-{gone.pk}"><bdi>A former member</bdi>', text)


def test_words_of_a_member_who_left_stay(topic: Topic, member: User, visitor_client: Client) -> None:
    member.delete()
    text = text_of(visitor_client.get(topic.url))
    assert "A former member" in text
    assert "Half of the customers" in text


def test_the_accepted_answer_is_marked_and_linked_from_the_top(
    topic: Topic, other_member: User, visitor_client: Client
) -> None:
    post = PostFactory(topic=topic, author=other_member)
    services.accept(topic, post)
    text = text_of(visitor_client.get(topic.url))
    assert "accepted answer by A city procurement officer" in text
    assert f'href="{post.url}"' in text
    assert f'<article class="post accepted" id="post-{post.pk}"' in text
    assert "Accepted answer" in text


def test_a_member_asks_and_gets_an_answer_and_accepts_it(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    asker, helper = client_of(member), client_of(other_member)
    token = TOKEN.search(text_of(asker.get("/forums/finance/new/")))
    assert token
    question = {"title": "Who holds the budget?", "body": "We disagree.", "token": token[1], "do": "post"}
    response = asker.post("/forums/finance/new/", question)
    assert asker.post("/forums/finance/new/", question)["Location"] == response["Location"]
    topic = Topic.objects.get()
    assert response["Location"] == topic.url
    assert "Your question is on the board" in text_of(asker.get(topic.url))
    helper.post(f"/forums/finance/topic/{topic.pk}/answer/", {"body": "The customer does.", "token": "x" * 20})
    post = topic.posts.get(position=2)
    assert "Accept this answer" in text_of(asker.get(topic.url))
    assert "Accept this answer" not in text_of(helper.get(topic.url))
    asker.post(f"/forums/finance/post/{post.pk}/accept/")
    assert topic.posts.get(accepted_at__isnull=False) == post


def test_a_question_about_a_page_names_and_links_it(
    index: ForumIndexPage, board: BoardPage, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    assert f"/forums/finance/new/?about={index.pk}" in text_of(client.get(f"/forums/ask/?about={index.pk}"))
    assert "About “Forums”" in text_of(client.get(f"/forums/finance/new/?about={index.pk}"))
    client.post("/forums/finance/new/", {"title": "Who holds the budget?", "body": "x", "about": index.pk})
    topic = Topic.objects.get()
    assert topic.about_id == index.pk
    assert 'About <a href="/forums/">Forums</a>' in text_of(client.get(topic.url))


def test_a_preview_shows_the_text_and_posts_nothing(
    topic: Topic, board: BoardPage, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    typed = {"title": "Who holds the budget?", "body": "It is **ours**.", "do": "preview", "token": "t" * 20}
    for url in (
        "/forums/finance/new/",
        f"/forums/finance/topic/{topic.pk}/answer/",
        f"/forums/finance/post/{topic.posts.get().pk}/edit/",
    ):
        text = text_of(client.post(url, typed))
        assert "<p>It is <strong>ours</strong>.</p>" in text
        assert "It is **ours**.</textarea>" in text
        assert f'value="{"t" * 20}"' in text
    assert Topic.objects.count() == 1
    assert Post.objects.get().body == "Half of the customers do not use it."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": "", "body": "Kept words"}, "Give the question a title."),
        ({"title": "Short", "body": "Kept words"}, "Say a little more: a title has at least 8 characters."),
        ({"title": "!?!?!?!?!?", "body": "Kept words"}, "Give the question a title in words."),
        ({"title": "x" * 161, "body": "Kept words"}, "A title may have 160 characters; this one has 161."),
        ({"title": "Kept title, all of it", "body": ""}, "Write something first."),
        ({"title": "Kept title, all of it", "body": "\x00\x01"}, "Write something first."),
        ({"title": "Kept title, all of it", "body": "[](/x)"}, "Write something that can be read"),
        ({"title": "Kept title, all of it", "body": "[x]: /x"}, "Write something that can be read"),
        (
            {"title": "Kept title, all of it", "body": "y" * (BODY_LENGTH + 1)},
            "A post may have 65536 characters; this one has 65537",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_what_was_typed_is_kept(
    typed: dict[str, str], sentence: str, board: BoardPage, member: User, client_of: ClientOf
) -> None:
    text = text_of(client_of(member).post("/forums/finance/new/", typed))
    assert sentence in text
    assert "There is a problem" in text
    assert not Topic.objects.exists()
    for kept in typed.values():
        assert escape(kept.replace("\x00", "").replace("\x01", "")) in text or "\x00" in kept


@pytest.mark.parametrize(
    "body", [">" * 10_000 + "a", "|a" * 900 + "|\n" + "|-" * 900 + "|\n" + "x\n" * 900, "&" * BODY_LENGTH]
)
def test_what_is_dear_to_lay_out_is_posted_all_the_same(
    body: str, board: BoardPage, member: User, client_of: ClientOf
) -> None:
    answer = client_of(member).post("/forums/finance/new/", {"title": "Kept title, all of it", "body": body})
    assert answer.status_code == 302
    assert Post.objects.get().body == body.strip()
    assert client_of(member).get(answer["Location"]).status_code == 200


def test_limits_are_inclusive_and_line_ends_count_once(board: BoardPage, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    assert client.post("/forums/finance/new/", {"title": "x" * 8, "body": "y"}).status_code == 302
    body = "y\r\n" * (BODY_LENGTH // 2)
    assert client.post("/forums/finance/new/", {"title": "x" * 160, "body": body}).status_code == 302


@pytest.mark.parametrize(
    "words",
    [
        "Grüße, 予算 и бюджет",
        "שאלה על תקציב משותף",
        "e\u0301\u0302\u0303 combining marks",
        "\U0001f469\U0001f3fd\u200d\U0001f4bb emoji here",
        "\u202eover-ridden order",
    ],
)
def test_any_alphabet_is_welcome(words: str, board: BoardPage, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    response = client.post("/forums/finance/new/", {"title": words, "body": words})
    assert response.status_code == 302
    assert words in text_of(client.get(response["Location"]))


def test_nul_bytes_and_control_characters_are_dropped(board: BoardPage, member: User, client_of: ClientOf) -> None:
    client_of(member).post("/forums/finance/new/", {"title": "Who\x00 holds\x1f the budget?", "body": "a\x00b\x08c\td"})
    topic = Topic.objects.get()
    assert topic.title == "Who holds the budget?"
    assert topic.posts.get().body == "abc\td"


@pytest.mark.parametrize(
    "query",
    [
        "?page=x",
        "?page=0",
        "?page=-1",
        "?page=" + "9" * 40,
        "?page=1e9",
        "?show=x",
        "?show=%00",
        "?about=x",
        "?about=" + "9" * 40,
        "?about=%C2%B2",
        "?%FF=%FE",
        "?page=²",
    ],
)
def test_any_query_string_gets_a_page(query: str, topic: Topic, member: User, client_of: ClientOf) -> None:
    for user in (None, member):
        for url in ("/forums/", "/forums/ask/", "/forums/finance/", topic.url):
            assert client_of(user).get(url + query).status_code == 200
    assert client_of(member).get("/forums/finance/new/" + query).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "999-x/",
        "9" * 60 + "-x/",
        "0-x/",
        "x-1/",
        "post/" + "9" * 60 + "/",
        "post/0/edit/",
        "topic/1/nonsense/",
        "post/1/nonsense/",
        "%00/",
        "1-%00%FF/x/",
        "²-x/",
    ],
)
def test_any_address_below_a_board_is_missing_and_never_an_error(
    path: str, topic: Topic, moderator: User, client_of: ClientOf
) -> None:
    for user in (None, moderator):
        assert client_of(user).get("/forums/finance/" + path).status_code == 404
        assert client_of(user).post("/forums/finance/" + path).status_code == 404


@pytest.mark.parametrize("board_value", ["", "x", "9" * 60, "-1", "\x00"])
def test_moving_to_nowhere_moves_nothing(board_value: str, topic: Topic, moderator: User, client_of: ClientOf) -> None:
    address = f"/forums/finance/moderate/topic/{topic.pk}/move/"
    response = client_of(moderator).post(address, {"board": board_value, "reason": "Belongs elsewhere."})
    assert "errorlist" in text_of(response) or 'aria-invalid="true"' in text_of(response)
    assert Topic.objects.get(pk=topic.pk).board_id == topic.board_id


def test_a_moderator_moves_a_topic_with_a_reason(topic: Topic, moderator: User, client_of: ClientOf) -> None:
    other = BoardFactory(title="Counties", slug="counties")
    client = client_of(moderator)
    address = f"/forums/finance/moderate/topic/{topic.pk}/move/"
    assert f'href="{address}"' in text_of(client.get(topic.url))
    assert "Counties" in text_of(client.get(address))
    assert "Say why" in text_of(client.post(address, {"board": other.pk, "reason": " "}))
    response = client.post(address, {"board": other.pk, "reason": "Belongs there."})
    assert response["Location"] == f"/forums/counties/{topic.pk}-{topic.slug}/"


def test_editing_shows_the_mark_and_keeps_the_versions(topic: Topic, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    url = f"/forums/finance/post/{topic.posts.get().pk}/edit/"
    assert "Half of the customers do not use it.</textarea>" in text_of(client.get(url))
    response = client.post(url, {"title": "A quite different question?", "body": "New words"})
    topic.refresh_from_db()
    assert response["Location"].startswith(topic.url)
    text = text_of(client.get(topic.url))
    assert "A quite different question?" in text
    assert "edited" in text
    assert "Earlier versions" in text
    assert "Earlier versions" not in text_of(client_of(None).get(topic.url))


def test_a_new_member_who_writes_too_fast_is_asked_to_pause_and_keeps_the_text(
    topic: Topic, other_member: User, client_of: ClientOf
) -> None:
    client = client_of(other_member)
    url = f"/forums/finance/topic/{topic.pk}/answer/"
    for number in range(limits.POSTS_PER_HOUR_OF_NEW_MEMBERS):
        assert client.post(url, {"body": f"Answer {number}", "token": f"{number:020d}"}).status_code == 302
    text = text_of(client.post(url, {"body": "One too many", "token": "y" * 20}))
    assert "You have written 6 posts in the last hour." in text
    assert "One too many</textarea>" in text
    assert client.post(url, {"body": "Answer 5", "token": f"{5:020d}"}).status_code == 302
    assert topic.posts.count() == 7
    User.objects.filter(pk=other_member.pk).update(date_joined=timezone.now() - timedelta(days=30))
    assert client.post(url, {"body": "One too many", "token": "y" * 20}).status_code == 302


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](java&#115;cript&colon;alert(1))",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "</title></textarea></script><script>alert(1)</script>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "{{ 7|add:7 }}{% load x %}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_everything_that_a_member_writes_are_inert(
    payload: str, board: BoardPage, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    User.objects.filter(pk=member.pk).update(name=payload[:120], organisation=payload[:160])
    client = client_of(member)
    topic = Topic.objects.get(
        pk=services.ask(board, User.objects.get(pk=member.pk), title=f"Title {payload}"[:160], body=payload)[0].pk
    )
    post, _ = services.answer(topic, User.objects.get(pk=member.pk), body=f"> {payload}\n\n- {payload}")
    services.accept(topic, post)
    services.edit(post, body=payload)
    pages = [
        client_of(None).get("/forums/"),
        client_of(None).get("/forums/finance/"),
        client_of(None).get(topic.url),
        client_of(moderator).get(topic.url),
        client.get(f"/forums/finance/post/{post.pk}/edit/"),
        client.get(f"/forums/finance/post/{post.pk}/history/"),
        client.post("/forums/finance/new/", {"title": payload, "body": payload, "do": "preview"}),
        client.post("/forums/finance/new/", {"title": payload, "body": "", "about": payload, "token": payload}),
    ]
    for response in pages:
        text = text_of(response)
        # The page's own scripts are the only elements of that name.
        own = len(re.findall(r'<script type="module" src="/static/js/\w+\.js">', text))
        assert len(re.findall(r"<script\b", text)) == own
        assert own == (4 if "data-writing" in text else 3 if "data-results" in text else 2)
        assert "<img src=x" not in text
        assert "<svg onload" not in text
        assert "<math" not in text
        assert "<style" not in text
        tags = re.findall(r'<[a-z](?:[^>"]|"[^"]*")*>', text)
        assert not any(re.search(r'(href|src|action)="\s*(javascript|data)', tag) for tag in tags)
        assert not any(re.search(r"\s(on\w+|style)=", re.sub(r'"[^"]*"', '""', tag)) for tag in tags)
    assert "{{ 7|add:7 }}" not in payload or "14" not in topic.title


def test_public_pages_touch_no_session_and_are_stored(topic: Topic, visitor_client: Client) -> None:
    for url in ("/forums/", "/forums/finance/", "/forums/finance/?show=unanswered", topic.url):
        response = visitor_client.get(url)
        assert response.headers["Cache-Control"] == "no-cache", url
        assert "csrfmiddlewaretoken" not in response.content.decode()
    services.answer(topic, None, body="Fresh words")
    assert "Fresh words" in text_of(visitor_client.get(topic.url))

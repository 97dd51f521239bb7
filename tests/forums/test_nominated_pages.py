"""A good answer becomes the draft of a case or of a tool, with credit, and nobody but editors learns of it before it is
published."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from cases.models import CaseIndexPage, CasePage, CaseStatus
from forums import forwarding
from forums.models import Post, PutForward, Topic
from portal.accounts.models import User
from portal.core import nominated, nominating, waiting
from portal.core.models import NominatedPage
from portal.core.viewer import VISITOR, viewer_for
from portal.search.models import SearchEntry
from taxonomy.models import Scheme
from tests.factories.forums import PostFactory
from tests.factories.pages import index, stage
from toolkit.models import KitStagePage, ToolPage

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
KINDS = ("case", "tool")
AUTHOR = "A city procurement officer"
TITLE = "Charging for idle capacity"


@pytest.fixture
def answer(topic: Topic, other_member: User) -> Post:
    return PostFactory(topic=topic, author=other_member, body="Idle capacity is **paid for**.\n\n<script>x</script>")


@pytest.fixture
def kit_stage(home: object) -> KitStagePage:
    return stage(title="Business case")


@pytest.fixture
def places(home: object, kit_stage: KitStagePage) -> dict[str, str]:
    """Where each kind is put: a case in the one place for all, a tool below a stage."""
    index(CaseIndexPage, "cases")
    return {"case": "", "tool": str(kit_stage.pk)}


def put_forward(post: Post, name: str, by: User, place: str, title: str = TITLE) -> Any:
    """The page that came of it."""
    kind = nominating.find(name)
    assert kind
    made, _new = forwarding.put_forward(post, kind, by, title=title, place=place)
    return Page.objects.get(pk=made.key).specific


def told(user: User) -> dict[str, str]:
    return {line.sentence: line.url for line in waiting.lines(viewer_for(user))}


def address_of(answer: Post) -> str:
    return f"{settings.BASE_URL}/forums/finance/post/{answer.pk}/"


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_becomes_one_draft_by_the_form(
    name: str, answer: Post, places: dict[str, str], member: User, editor: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    url = f"/forums/finance/forward/{answer.pk}/{name}/"
    assert "What should it be called?" in client.get(url).content.decode()
    for _ in range(2):
        assert client.post(url, {"title": TITLE, "place": places[name]})["Location"] == answer.url
    draft: Any = Page.objects.get(title=TITLE).specific
    assert (draft.live, draft.has_unpublished_changes, draft.owner) == (False, True, None)
    assert "<strong>paid for</strong>" in str(draft.body)
    assert "<script>" not in str(draft.body)
    assert PutForward.objects.count() == NominatedPage.objects.count() == 1
    # Editors open it and see the text of the answer.
    latest = draft.get_latest_revision()
    assert latest.user is None
    html = client_of(editor).get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "paid for" in html


def test_a_case_names_the_answer_as_its_source(answer: Post, places: dict[str, str], member: User) -> None:
    draft = put_forward(answer, "case", member, places["case"])
    assert isinstance(draft, CasePage)
    assert draft.status == CaseStatus.NOMINATION
    source = draft.sources[0].value
    assert (source["title"], source["url"]) == (answer.topic.title, address_of(answer))
    assert source["note"] == f"An answer by {AUTHOR} on the boards"
    draft.sources.stream_block.clean(draft.sources)


def test_a_tool_gives_credit_and_the_address(
    answer: Post, places: dict[str, str], member: User, other_member: User
) -> None:
    draft = put_forward(answer, "tool", member, places["tool"])
    assert isinstance(draft, ToolPage)
    assert draft.get_parent().title == "Business case"
    assert draft.source == f"An answer by {AUTHOR} on the boards: {address_of(answer)}"
    # A long name is cut, the address never.
    User.objects.filter(pk=other_member.pk).update(name="N" * 120)
    Page.objects.filter(pk=answer.topic.board_id).update(url_path=f"/home/forums/{'b' * 50}/")
    another = PostFactory(topic=answer.topic, author=User.objects.get(pk=other_member.pk))
    longest = put_forward(another, "tool", member, places["tool"])
    assert len(longest.source) <= 200
    assert longest.source.endswith(f"…: {settings.BASE_URL}/forums/{'b' * 50}/post/{another.pk}/")


def test_an_address_that_leaves_no_room_gives_way_to_the_credit(
    answer: Post, places: dict[str, str], member: User
) -> None:
    Page.objects.filter(pk=answer.topic.board_id).update(url_path=f"/home/forums/{'b' * 200}/")
    assert put_forward(answer, "tool", member, places["tool"]).source == f"An answer by {AUTHOR} on the boards"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("change", [{"withheld": True}, {"author": None}])
def test_who_withheld_the_name_or_has_left_is_not_named(
    change: dict[str, Any], name: str, answer: Post, places: dict[str, str], member: User
) -> None:
    Post.objects.filter(pk=answer.pk).update(**change)
    draft = put_forward(answer, name, member, places[name])
    kept = str(draft.get_latest_revision().content)
    assert "An answer on the boards" in kept
    assert AUTHOR not in kept
    assert member.name not in kept


@pytest.mark.parametrize("name", KINDS)
def test_titles_that_stand_there_already_or_make_no_address_get_one_of_their_own(
    name: str, answer: Post, places: dict[str, str], member: User
) -> None:
    posts: list[Post] = [answer, *(PostFactory(topic=answer.topic, author=member) for _ in range(3))]
    titles = (TITLE, TITLE, "??!", "??!")
    made = [put_forward(post, name, member, places[name], title) for post, title in zip(posts, titles, strict=True)]
    assert [page.title for page in made] == list(titles)
    assert [page.slug for page in made] == [
        "charging-for-idle-capacity",
        "charging-for-idle-capacity-1",
        "nomination",
        "nomination-1",
    ]


@pytest.mark.parametrize("name", KINDS)
def test_without_a_place_nothing_is_kept(name: str, answer: Post, member: User, client_of: ClientOf) -> None:
    url = f"/forums/finance/forward/{answer.pk}/{name}/"
    html = client_of(member).post(url, {"title": TITLE}).content.decode()
    assert ("There is no place for case studies here." in html) or ("Choose a stage of the starter kit." in html)
    assert not PutForward.objects.exists()
    assert not Page.objects.filter(title=TITLE).exists()


@pytest.mark.parametrize("typed", ["", "0", "x", "private"])
def test_a_stage_that_not_everybody_sees_is_no_choice(
    typed: str, answer: Post, places: dict[str, str], member: User, client_of: ClientOf
) -> None:
    private = stage(title="Among ourselves")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    client = client_of(member)
    url = f"/forums/finance/forward/{answer.pk}/tool/"
    assert "Among ourselves" not in client.get(url).content.decode()
    place = str(private.pk) if typed == "private" else typed
    assert client.post(url, {"title": TITLE, "place": place}).status_code == 200
    assert not ToolPage.objects.exists()
    assert not PutForward.objects.exists()


@pytest.mark.parametrize("name", KINDS)
def test_words_of_a_private_board_are_no_nomination(
    name: str, private_topic: Topic, places: dict[str, str], group_member: User, client_of: ClientOf
) -> None:
    secret = PostFactory(topic=private_topic, author=group_member)
    url = f"/forums/privacy-group/forward/{secret.pk}/{name}/"
    client = client_of(group_member)
    assert client.get(url).status_code == 404
    assert client.post(url, {"title": TITLE, "place": places[name]}).status_code == 404
    assert not NominatedPage.objects.exists()


@pytest.mark.parametrize("name", KINDS)
def test_nobody_finds_a_draft_but_who_may_see_it_once_it_is_published(
    name: str, answer: Post, places: dict[str, str], member: User, other_member: User, client_of: ClientOf
) -> None:
    draft = put_forward(answer, name, member, places[name])
    parent = draft.get_parent()
    addresses = ("/search/?q=charging+idle", "/sitemap.xml", "/", parent.url, answer.topic.url)
    clients = [client_of(user) for user in (None, member, other_member)]
    for client in clients:
        assert client.get(draft.url).status_code == 404
        for address in (*addresses, f"/forums/finance/forward/{answer.pk}/"):
            text = client.get(address, follow=True).content.decode()
            assert TITLE not in text
            assert draft.slug not in text
    assert not SearchEntry.objects.filter(title=TITLE).exists()
    draft.get_latest_revision().publish()
    for client in clients:
        assert client.get(draft.url).status_code == 200
        text = client.get(answer.topic.url).content.decode()
        assert f'href="{draft.url}"><bdi>{TITLE}</bdi></a> (Published)' in text
    PageViewRestriction.objects.create(page=draft, restriction_type=PageViewRestriction.LOGIN)
    shown = [TITLE in client.get(answer.topic.url).content.decode() for client in clients]
    assert shown == [False, True, True]


def test_the_choice_says_what_was_put_forward_and_offers_the_rest(
    answer: Post, places: dict[str, str], member: User, client_of: ClientOf
) -> None:
    Scheme.objects.create(slug="subject", title="Subject")
    url = f"/forums/finance/forward/{answer.pk}/"
    put_forward(answer, "case", member, places["case"])
    client = client_of(member)
    html = client.get(url).content.decode()
    assert html.count("already been put forward") == 1
    assert [f'href="{url}{name}/"' in html for name in ("term", "case", "tool")] == [True, False, True]
    assert f'href="{url}"' in client.get(answer.topic.url).content.decode()
    put_forward(answer, "tool", member, places["tool"])
    client.post(f"{url}term/", {"title": "idle capacity", "place": Scheme.objects.get().pk})
    assert PutForward.objects.count() == 3
    assert f'href="{url}"' not in client.get(answer.topic.url).content.decode()


# A topic without any costs members 15: two more, one of each room that can tell.
@pytest.mark.parametrize(("signed_in", "budget"), [(False, 12), (True, 17)])
def test_answers_that_became_everything_cost_no_more_queries_than_one(
    signed_in: bool, budget: int, answer: Post, places: dict[str, str], other_member: User, client_of: ClientOf
) -> None:
    scheme = Scheme.objects.create(slug="subject", title="Subject")
    client = client_of(other_member if signed_in else None)

    def queries() -> int:
        client.get(answer.topic.url, {"x": "1"})
        with CaptureQueriesContext(connection) as captured:
            assert client.get(answer.topic.url, {"x": "1"}).status_code == 200
        return len(captured)

    def become_everything(post: Post, number: int) -> None:
        for name in KINDS:
            put_forward(post, name, other_member, places[name]).get_latest_revision().publish()
        kind = nominating.find("term")
        assert kind
        forwarding.put_forward(post, kind, other_member, title=f"idle capacity {number}", place=str(scheme.pk))

    become_everything(answer, 1)
    before = queries()
    for number in range(2, 5):
        become_everything(PostFactory(topic=answer.topic, author=other_member), number)
    assert queries() == before <= budget


def test_editors_learn_what_waits_and_where(
    answer: Post, places: dict[str, str], member: User, editor: User, moderator: User, steward: User
) -> None:
    case = put_forward(answer, "case", member, places["case"])
    tool = put_forward(answer, "tool", member, places["tool"])
    put_forward(PostFactory(topic=answer.topic, author=member), "tool", member, places["tool"])
    # What an editor has begun is no nomination, though it looks like one.
    own = CasePage(title="Begun by an editor", status=CaseStatus.NOMINATION, live=False, owner=editor)
    case.get_parent().add_child(instance=own)
    cases = "Cases: 1 nomination from the boards waits for an editor."
    tools = "Business case: 2 nominations from the boards wait for an editor."
    parents = {
        cases: reverse("wagtailadmin_explore", args=[case.get_parent().pk]),
        tools: reverse("wagtailadmin_explore", args=[tool.get_parent().pk]),
    }
    assert told(editor) == parents
    assert parents.items() <= told(moderator).items()
    for user in (member, steward):
        assert not {cases, tools} & told(user).keys()
    assert waiting.lines(VISITOR) == []
    case.get_latest_revision().publish()
    tool.delete()
    assert list(told(editor)) == ["Business case: 1 nomination from the boards waits for an editor."]
    # What was published and taken back is nothing new.
    CasePage.objects.get(pk=case.pk).unpublish()
    assert cases not in told(editor)


def test_what_waits_costs_one_query_and_is_listed_where_it_leads(
    answer: Post,
    places: dict[str, str],
    member: User,
    editor: User,
    client_of: ClientOf,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    put_forward(answer, "case", member, places["case"])
    put_forward(answer, "tool", member, places["tool"])
    viewer = viewer_for(editor)
    with django_assert_num_queries(1):
        lines = list(nominated.for_editors(viewer))
    assert len(lines) == 2
    client = client_of(editor)
    home = client.get("/admin/").content.decode()
    for line in lines:
        assert line.url in home
        assert TITLE in client.get(line.url).content.decode()


def test_rebuilding_the_index_finds_no_draft(answer: Post, places: dict[str, str], member: User) -> None:
    put_forward(answer, "case", member, places["case"])
    call_command("search_rebuild")
    assert not SearchEntry.objects.filter(title=TITLE).exists()

"""Who runs a working group moderates its boards as moderators do theirs: from the topic's page, and nowhere else."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums import moderation, services, splitting
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.urlpaths import page_url
from portal.groups.models import GroupPage
from portal.moderation.models import Act
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.pages import add

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
WHY = "Belongs elsewhere."


@pytest.fixture
def answer(led_topic: Topic, group_member: User) -> Post:
    return PostFactory(topic=led_topic, author=group_member, body="Unquiet words")


@pytest.fixture
def second_board(led_page: GroupPage) -> BoardPage:
    made = add(led_page, BoardPage(title="Second quiet board", slug="second"))
    return BoardPage.objects.get(pk=made.pk)


def address(topic: Topic, what: str) -> str:
    return f"{page_url(topic.board)}moderate/topic/{topic.pk}/{what}/"


def test_the_topic_offers_to_its_lead_what_can_be_done_and_to_its_members_nothing(
    led_topic: Topic, answer: Post, lead: User, group_member: User, client_of: ClientOf
) -> None:
    Post.objects.filter(pk=answer.pk).update(withheld=True)
    page = client_of(lead).get(led_topic.url).content.decode()
    assert f'href="/moderation/things/post/{answer.pk}/"' in page
    assert f'href="{address(led_topic, "split")}"' in page
    assert "Show who wrote it" not in page
    assert group_member.name not in page.split(f'id="post-{answer.pk}"')[1].split("</article>")[0]
    ways = client_of(lead).get(f"/moderation/things/post/{answer.pk}/").content.decode()
    assert f'href="{page_url(led_topic.board)}moderate/post/{answer.pk}/edit/"' in ways
    page = client_of(group_member).get(led_topic.url).content.decode()
    assert "/moderation/things/" not in page
    assert "Moderate this topic" not in page


def test_no_way_leads_a_lead_to_what_edits_have_changed(
    led_topic: Topic, answer: Post, lead: User, client_of: ClientOf
) -> None:
    services.edit(answer, body="Quieter words", title="", held="Listed: quieter")
    history = f"{page_url(led_topic.board)}post/{answer.pk}/history/"
    handling = client_of(lead).get(f"/moderation/things/post/{answer.pk}/").content.decode()
    assert "Edit the post" in handling
    assert history not in handling
    assert client_of(lead).get(history).status_code == 404


def test_what_a_lead_hides_stays_before_the_lead_s_eyes_and_leaves_those_of_members(
    led_topic: Topic, answer: Post, lead: User, group_member: User, client_of: ClientOf
) -> None:
    moderation.hide_post(answer, lead, WHY)
    assert "Unquiet words" in client_of(lead).get(led_topic.url).content.decode()
    assert "Unquiet words" not in client_of(group_member).get(led_topic.url).content.decode()
    moderation.hide_topic(led_topic, lead, WHY)
    assert client_of(lead).get(led_topic.url).status_code == 200
    assert client_of(lead).get(f"{page_url(led_topic.board)}post/{answer.pk}/").status_code == 302
    assert client_of(group_member).get(led_topic.url).status_code == 404


def test_a_lead_edits_splits_moves_and_merges_within_the_boards_that_the_lead_runs(
    led_topic: Topic, answer: Post, second_board: BoardPage, lead: User, client_of: ClientOf
) -> None:
    client = client_of(lead)
    edit = f"{page_url(led_topic.board)}moderate/post/{answer.pk}/edit/"
    client.post(edit, {"body": "Quiet words", "reason": "Too loud."})
    assert Post.objects.get(pk=answer.pk).body == "Quiet words"
    client.post(address(led_topic, "split"), {"posts": [answer.pk], "title": "A second quiet question", "reason": WHY})
    made = Topic.objects.exclude(pk=led_topic.pk).get()
    response = client.post(address(made, "move"), {"board": second_board.pk, "reason": WHY})
    made = Topic.objects.select_related("board").get(pk=made.pk)
    assert response["Location"] == made.url
    assert made.board == second_board
    client.post(address(made, "merge"), {"target": led_topic.url, "reason": WHY})
    assert Post.objects.get(pk=answer.pk).topic == led_topic
    assert set(Act.objects.values_list("name", flat=True)) == {
        "forums.edit",
        "forums.split",
        "forums.move",
        "forums.merge",
    }


def test_nothing_goes_to_a_board_that_the_lead_does_not_run_or_comes_from_there(
    led_topic: Topic, topic: Topic, lead: User, client_of: ClientOf
) -> None:
    client = client_of(lead)
    page = client.get(address(led_topic, "move")).content.decode()
    assert topic.board.title not in page
    client.post(address(led_topic, "move"), {"board": topic.board_id, "reason": WHY})
    assert Topic.objects.get(pk=led_topic.pk).board == led_topic.board
    page = client.post(address(led_topic, "merge"), {"target": topic.url, "reason": WHY}).content.decode()
    assert "There is no topic at this address." in page
    assert client.get(address(topic, "move")).status_code == 404
    assert not Act.objects.exists()


def test_a_moderator_who_does_not_see_a_board_moves_nothing_there(
    led_topic: Topic, topic: Topic, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(moderator)
    client.post(address(topic, "move"), {"board": led_topic.board_id, "reason": WHY})
    client.post(address(topic, "merge"), {"target": led_topic.url, "reason": WHY})
    assert client.get(address(led_topic, "move")).status_code == 404
    assert not Act.objects.exists()


def test_what_came_from_another_board_is_not_sent_back_there_by_who_runs_only_one_of_them(
    led_topic: Topic, topic: Topic, lead: User, administrator: User, client_of: ClientOf
) -> None:
    moderation.move(topic, led_topic.board, administrator, WHY)
    act = Act.objects.get()
    response = client_of(lead).post(f"/moderation/log/{act.pk}/undo/", follow=True)
    assert "whoever looks after both can take it back" in response.content.decode()
    assert Topic.objects.get(pk=topic.pk).board == led_topic.board
    client_of(administrator).post(f"/moderation/log/{act.pk}/undo/")
    assert Topic.objects.get(pk=topic.pk).board == topic.board
    again = TopicFactory(board=led_topic.board)
    splitting.merge(again, topic, administrator, reason=WHY)
    client_of(lead).post(f"/moderation/log/{Act.objects.get(name='forums.merge').pk}/undo/")
    assert Topic.objects.get(pk=again.pk).merged_into == topic

"""A private board leaks nowhere: not in lists, counts, latest topics, references, backlinks, search or mail."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import Page

from forums import listings, services
from forums.models import ForumIndexPage, Topic
from portal.accounts.models import User
from portal.core import references
from portal.core.viewer import VISITOR, Viewer, viewer_for
from portal.notifications import services as telling
from portal.notifications.verbs import Channel
from portal.search.contract import SearchQuery
from portal.search.models import SearchEntry
from portal.search.services import search

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.fixture(params=["visitor", "member", "moderator"])
def outsider(request: pytest.FixtureRequest) -> Viewer:
    return VISITOR if request.param == "visitor" else viewer_for(request.getfixturevalue(request.param))


@pytest.fixture
def insider(group_member: User) -> Viewer:
    return viewer_for(group_member)


def test_the_index_counts_and_names_what_the_viewer_sees(
    index: ForumIndexPage, topic: Topic, private_topic: Topic, outsider: Viewer, insider: Viewer
) -> None:
    assert [row.title for row in listings.board_rows(index, outsider)] == ["Business case and finance"]
    assert {row.title for row in listings.waiting(outsider)} == {topic.title}
    assert len(listings.board_rows(index, insider)) == 2
    assert {row.title for row in listings.waiting(insider)} == {topic.title, private_topic.title}


@pytest.mark.parametrize("url", ["/forums/", "/forums/ask/", "/forums/finance/"])
def test_no_page_of_the_forums_tells_outsiders(
    url: str, topic: Topic, private_topic: Topic, member: User, client_of: ClientOf
) -> None:
    for user in (None, member):
        text = client_of(user).get(url).content.decode()
        assert "Secret sharing" not in text
        assert "Privacy group board" not in text


def test_references_and_backlinks_name_visible_questions_only(
    home: Page, topic: Topic, private_topic: Topic, outsider: Viewer, insider: Viewer
) -> None:
    Topic.objects.update(about=home)
    keys = [str(topic.pk), str(private_topic.pk), "x", "9" * 40, "²"]
    assert set(references.resolve("topic", keys, outsider)) == {str(topic.pk)}
    assert set(references.resolve("topic", keys, insider)) == {str(topic.pk), str(private_topic.pk)}
    assert [link.title for link in references.backlinks("topics", home.pk, outsider)] == [topic.title]
    assert len(references.backlinks("topics", home.pk, insider)) == 2


def test_search_and_its_counts_keep_the_secret(private_topic: Topic, outsider: Viewer, insider: Viewer) -> None:
    query = SearchQuery(text="confidential", facets=("kind",))
    assert search(query, outsider).total == 0
    assert search(query, insider).total == 1


def test_the_record_and_the_queryset_agree_about_everybody(
    topic: Topic, private_topic: Topic, outsider: Viewer, insider: Viewer
) -> None:
    for viewer in (outsider, insider):
        recorded = SearchEntry.objects.filter(kind="topic", audience_id__in=viewer.audiences)
        seen = Topic.objects.visible(viewer).filter(hidden=False)
        assert set(recorded.values_list("object_pk", flat=True)) == set(seen.values_list("pk", flat=True))


def test_what_a_question_is_about_is_named_to_those_who_see_it_only(
    topic: Topic, private_topic: Topic, member: User, group_member: User, client_of: ClientOf
) -> None:
    Topic.objects.filter(pk=topic.pk).update(about=private_topic.board)
    assert "Privacy group board" not in client_of(None).get(topic.url).content.decode()
    assert "Privacy group board" in client_of(group_member).get(topic.url).content.decode()
    form = client_of(member).get(f"/forums/finance/new/?about={private_topic.board_id}")
    assert "Privacy group board" not in form.content.decode()


def test_an_asker_who_left_the_group_gets_no_mail(private_topic: Topic, group_member: User, lead: User) -> None:
    telling.choose(group_member.pk, {("forums.answer", ""): Channel.NOW})
    services.answer(private_topic, lead, body="For the group only.")
    assert len(mail.outbox) == 1
    group_member.groups.clear()
    services.answer(private_topic, lead, body="For the group only, again.")
    assert len(mail.outbox) == 1


def test_a_stored_page_of_the_board_list_ends_with_the_board_going_private(
    topic: Topic, visitor_client: Client
) -> None:
    from wagtail.models import PageViewRestriction

    assert topic.title in visitor_client.get("/forums/finance/").content.decode()
    PageViewRestriction.objects.create(page=topic.board, restriction_type=PageViewRestriction.LOGIN)
    assert visitor_client.get("/forums/finance/").status_code == 404


def test_removed_posts_are_read_by_moderators_only(
    topic: Topic, other_member: User, member: User, moderator: User, client_of: ClientOf
) -> None:
    from forums import moderation
    from tests.factories.forums import PostFactory

    moderation.hide_post(PostFactory(topic=topic, author=other_member, body="Unwelcome words"), moderator, "A reason.")
    for user in (None, member, other_member):
        text = client_of(user).get(topic.url).content.decode()
        assert "Unwelcome" not in text
        assert "removed by a moderator" in text
    assert "Unwelcome" in client_of(moderator).get(topic.url).content.decode()

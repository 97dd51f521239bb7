"""Asked before, out of date, summed up, asked by name: what keeps a question worth reading."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forums import asking_people, keeping, services
from forums.models import AskedToAnswer, BoardPage, Post, Topic
from portal.accounts.models import User
from portal.core.viewer import VISITOR, viewer_for
from portal.notifications.models import Notification
from taxonomy.models import Concept, Scheme
from tests.conftest import make_user
from tests.factories.forums import PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def waiting() -> set[str]:
    return set(Topic.objects.visible(VISITOR).waiting().values_list("title", flat=True))


@pytest.fixture
def earlier(board: BoardPage, other_member: User) -> Topic:
    return TopicFactory(board=board, author=other_member, title="Who pays for idle services?")


def test_a_duplicate_leaves_the_queue_is_shown_on_both_and_can_be_undone(
    topic: Topic, earlier: Topic, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    page = f"/forums/finance/duplicate/{topic.pk}/"
    assert "As which question was this asked before?" in text_of(client, page)
    assert client.post(page, {"original": f"https://portal.example{earlier.url}?page=1#post-3"}).status_code == 302
    assert waiting() == {earlier.title}
    assert "1 waiting" in text_of(Client(), "/forums/")
    for reader in (client, Client()):
        assert f'This was asked before as <a href="{earlier.url}">' in text_of(reader, topic.url)
        again = text_of(reader, earlier.url)
        assert "The same was asked again" in again
        assert f'href="{topic.url}"' in again
    client.post(f"/forums/finance/topic/{topic.pk}/unduplicate/")
    assert waiting() == {earlier.title, topic.title}
    assert keeping.unmark_duplicate(topic) is False


def test_the_earlier_question_is_found_by_its_words(
    topic: Topic, earlier: Topic, member: User, client_of: ClientOf
) -> None:
    text = text_of(client_of(member), f"/forums/finance/duplicate/{topic.pk}/?q=idle")
    assert f'name="original" value="{earlier.pk}"' in text
    assert f'name="original" value="{topic.pk}"' not in text


@pytest.mark.parametrize("typed", ["", "x", "{own}", "99999999", "9" * 30, "/forums/privacy-group/{private}-x/"])
def test_what_is_no_other_visible_question_is_refused_in_a_sentence(
    typed: str, topic: Topic, private_topic: Topic, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    words = typed.format(own=topic.pk, private=private_topic.pk)
    response = client.post(f"/forums/finance/duplicate/{topic.pk}/", {"original": words})
    assert "Choose another question" in response.content.decode()
    topic.refresh_from_db()
    assert topic.duplicate_of is None


def test_duplicates_never_lead_from_one_to_the_next_nor_round(topic: Topic, earlier: Topic, board: BoardPage) -> None:
    first = TopicFactory(board=board)
    assert keeping.mark_duplicate(topic, earlier)
    assert keeping.mark_duplicate(topic, earlier) is False
    assert keeping.mark_duplicate(earlier, topic) is False, "they would be one another's original"
    assert keeping.mark_duplicate(earlier, first)
    topic.refresh_from_db()
    assert topic.duplicate_of == first
    late = TopicFactory(board=board)
    assert keeping.mark_duplicate(late, topic)
    late.refresh_from_db()
    assert late.duplicate_of == first


def test_a_hidden_original_is_named_to_nobody_but_moderators(
    topic: Topic, earlier: Topic, moderator: User, client_of: ClientOf
) -> None:
    keeping.mark_duplicate(topic, earlier)
    Topic.objects.filter(pk=earlier.pk).update(hidden=True)
    assert earlier.title not in text_of(Client(), topic.url)
    assert earlier.title in text_of(client_of(moderator), topic.url)


def test_members_doubt_an_answer_and_asker_or_author_say_that_it_holds(
    topic: Topic, member: User, other_member: User, moderator: User, group_member: User, client_of: ClientOf
) -> None:
    post = PostFactory(topic=topic, author=other_member)
    services.accept(topic, post)
    reader = client_of(group_member)
    reader.post(f"/forums/finance/post/{post.pk}/outdated/")
    text = text_of(Client(), topic.url)
    assert "(may be out of date)" in text
    assert "A member said so" in text
    assert reader.post(f"/forums/finance/post/{post.pk}/current/").status_code == 404
    for user in (member, other_member, moderator):
        keeping.say_outdated(post)
        client_of(user).post(f"/forums/finance/post/{post.pk}/current/")
        post.refresh_from_db()
        assert post.outdated_at is None
    assert keeping.say_current(post) is False
    Post.objects.filter(pk=post.pk).update(accepted_at=timezone.now() - timedelta(days=900))
    assert keeping.say_current(post), "an old one has been looked at"
    post.refresh_from_db()
    assert post.accepted_at
    assert post.accepted_at > timezone.now() - timedelta(minutes=1)


def test_a_question_is_never_out_of_date(topic: Topic) -> None:
    assert keeping.say_outdated(topic.posts.get()) is False


def test_moderators_sum_a_question_up_above_it(topic: Topic, moderator: User, client_of: ClientOf) -> None:
    client = client_of(moderator)
    url = f"/forums/finance/summary/{topic.pk}/"
    assert (
        "<p>Charge <strong>all</strong>.</p>"
        in client.post(url, {"body": "Charge **all**.", "do": "preview"}).content.decode()
    )
    client.post(url, {"body": "Charge **all** <script>x</script>."})
    text = text_of(Client(), topic.url)
    assert "Charge <strong>all</strong>" in text
    assert "<script>x" not in text
    assert "A portal moderator</bdi>" in text
    topic.refresh_from_db()
    assert keeping.summarise(topic, topic.summary, moderator) is False
    refused = client_of(moderator).post(url, {"body": "y" * 4001}).content.decode()
    assert "A summary may have 4000 characters; this one has 4001." in refused
    assert "y" * 4001 in refused
    client.post(url, {"body": " "})
    assert 'id="summary"' not in text_of(Client(), topic.url)
    topic.refresh_from_db()
    assert (topic.summary, topic.summary_by, topic.summary_at) == ("", None, None)


def invite(client: Client, topic: Topic, member: User) -> str:
    response = client.post(f"/forums/finance/invite/{topic.pk}/", {"member": member.pk})
    return "" if response.status_code == 302 else response.content.decode()


def test_a_member_is_asked_once_by_name_and_told(
    topic: Topic, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    assert "A city procurement officer" in text_of(client, f"/forums/finance/invite/{topic.pk}/?q=procurement")
    assert invite(client, topic, other_member) == ""
    assert invite(client_of(moderator), topic, other_member) == ""
    assert AskedToAnswer.objects.get().by == member
    told = Notification.objects.get()
    assert (told.recipient, told.actor, told.about) == (other_member, member, topic.pk)
    assert "has been asked" in text_of(client, f"/forums/finance/invite/{topic.pk}/?q=procurement")


def test_who_answered_questions_about_the_same_is_suggested(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    scheme = Scheme.objects.create(slug="subject", title="Subject")
    money = Concept.objects.create(scheme=scheme, slug="money", title="money")
    solved = TopicFactory(board=board, concepts=[money])
    services.accept(solved, PostFactory(topic=solved, author=other_member))
    topic = TopicFactory(board=board, author=member, concepts=[money])
    text = text_of(client_of(member), f"/forums/finance/invite/{topic.pk}/")
    assert "Ask A city procurement officer" in text


def test_only_who_may_read_the_topic_is_asked(
    private_topic: Topic, topic: Topic, group_member: User, other_member: User, member: User, client_of: ClientOf
) -> None:
    client = client_of(group_member)
    url = f"/forums/privacy-group/invite/{private_topic.pk}/"
    assert "cannot be asked" in client.post(url, {"member": other_member.pk}).content.decode()
    for typed in ("", "x", "9" * 30, str(group_member.pk)):
        assert "cannot be asked" in client.post(url, {"member": typed}).content.decode()
    assert client_of(member).get(url).status_code == 404
    assert not AskedToAnswer.objects.exists()


def test_nobody_is_offered_who_may_not_read_the_topic(
    private_topic: Topic, board: BoardPage, group_member: User, member: User, other_member: User, client_of: ClientOf
) -> None:
    scheme = Scheme.objects.create(slug="subject", title="Subject")
    money = Concept.objects.create(scheme=scheme, slug="money", title="money")
    solved = TopicFactory(board=board, concepts=[money])
    services.accept(solved, PostFactory(topic=solved, author=other_member))
    private_topic.concepts.add(money)
    inside = make_user("inside@example.org", "An officer inside")
    inside.groups.set(group_member.groups.all())
    client, url = client_of(group_member), f"/forums/privacy-group/invite/{private_topic.pk}/"
    assert "A city procurement officer" not in text_of(client, url)
    found = text_of(client, f"{url}?q=officer")
    assert "Ask An officer inside" in found
    assert "A city procurement officer" not in found
    services.accept(solved, PostFactory(topic=solved, author=inside))
    assert "Ask An officer inside" in text_of(client, url)


def test_what_is_enough_is_counted_where_it_is_written(topic: Topic, member: User) -> None:
    people = [make_user(f"p{number}@example.org", f"Person {number}") for number in range(6)]
    for one in people[:5]:
        assert asking_people.ask(topic, one, member)
    with pytest.raises(asking_people.EnoughError, match="You have asked 5 people today"):
        asking_people.ask(topic, people[5], member)
    assert AskedToAnswer.objects.count() == Notification.objects.count() == 5
    AskedToAnswer.objects.update(by=None)
    assert asking_people.ask(topic, people[5], member)
    with pytest.raises(asking_people.EnoughError, match="Enough people"):
        asking_people.ask(topic, make_user("p7@example.org", "Person 7"), member)


def test_nobody_asks_more_than_a_few_a_day(topic: Topic, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    people = [make_user(f"p{number}@example.org", f"Person {number}") for number in range(6)]
    assert [invite(client, topic, one) for one in people[:5]] == [""] * 5
    assert "You have asked 5 people today" in invite(client, topic, people[5])
    AskedToAnswer.objects.update(at=timezone.now() - timedelta(days=2))
    assert invite(client, topic, people[5]) == ""


def test_a_withheld_name_is_not_told_by_an_invitation(topic: Topic, member: User, other_member: User) -> None:
    from portal.notifications import verbs

    Topic.objects.update(withheld=True)
    topic.refresh_from_db()
    asking_people.ask(topic, other_member, member)
    row = Notification.objects.get()
    notice = verbs.Notice(row.pk, row.recipient_id, row.verb, row.about, row.key, row.source, row.actor_id, row.at)
    said = verbs.say([notice], viewer_for(other_member))[row.pk]
    assert "A county finance director" not in said.title
    assert said.url == topic.url

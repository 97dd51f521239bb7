"""Warn, suspend, ban, and hide everything: each is one act, does what it says, and can be taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from forums.models import Post, Topic
from portal.accounts.models import User
from portal.core.viewer import VISITOR
from portal.groups.models import Joining, JoinRequest, Visibility
from portal.members.models import Profile
from portal.moderation import sanctions, trail
from portal.moderation.models import Act
from portal.notifications.models import Notification
from portal.search.models import SearchEntry
from taxonomy.models import Concept, GlossaryPage, Scheme, Status
from taxonomy.services import proposals
from taxonomy.services.proposals import Wanted
from tests.conftest import PASSWORD
from tests.factories.forums import PostFactory
from tests.factories.groups import group
from tests.factories.members import profiled
from tests.factories.pages import index

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
SOON = timedelta(days=3)


def test_a_suspended_member_reads_and_writes_nothing_until_the_day(
    topic: Topic, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    assert sanctions.suspend(other_member, moderator, "Twice rude.", timezone.now() + SOON)
    assert sanctions.suspend(other_member, moderator, "Twice rude.", timezone.now() + timedelta(days=1)) is False
    client = client_of(other_member)
    page = client.get(topic.url).content.decode()
    assert "You are suspended until" in page
    board = topic.url.rsplit("/", 2)[0]
    assert client.post(f"{board}/topic/{topic.pk}/answer/", {"body": "Words"}).status_code == 404
    asked = client.post(f"{board}/new/", {"title": "A question of mine", "body": "Words"})
    assert asked["Location"] == f"{board}/"
    assert not Post.objects.filter(author=other_member).exists()
    User.objects.filter(pk=other_member.pk).update(suspended_until=timezone.now() - SOON)
    client.post(f"{board}/topic/{topic.pk}/answer/", {"body": "Words"})
    assert Post.objects.filter(author=other_member).exists()


def test_a_suspended_member_proposes_no_term_discusses_none_and_asks_no_group_for_admission(
    other_member: User, member: User, lead: User, moderator: User, client_of: ClientOf
) -> None:
    index(GlossaryPage, "glossary")
    payroll = Concept.objects.create(
        scheme=Scheme.objects.create(slug="words", title="Words"), slug="pay", title="Pay", status=Status.AGREED
    )
    proposal, _made = proposals.propose(member, payroll.scheme, Wanted("Wages", "x"), reason="It lacks.")
    circle = group(lead=lead, title="Payroll circle", visibility=Visibility.PUBLIC, joining=Joining.REQUEST)
    sanctions.suspend(other_member, moderator, "Twice rude.", timezone.now() + SOON)
    client = client_of(other_member)
    for address, data in (("/glossary/propose/", {}), (f"{circle.url}join/", {"message": "Words"})):
        answered = client.post(address, data, follow=True)
        assert "You are suspended until" in answered.content.decode()
    assert client.get("/glossary/pay/propose/").status_code == 404
    assert client.post(f"{proposal.url}comment/", {"text": "Words"}).status_code == 404
    assert not JoinRequest.objects.filter(user=other_member).exists()
    assert not proposal.remarks.filter(author=other_member).exists()


def test_a_suspension_is_taken_back_and_of_two_the_longer_counts(other_member: User, moderator: User) -> None:
    later = timezone.now() + 2 * SOON
    sanctions.suspend(other_member, moderator, "Rude.", timezone.now() + SOON)
    sanctions.suspend(other_member, moderator, "Rude again.", later)
    second = Act.objects.first()
    assert second
    other_member.refresh_from_db()
    assert other_member.suspended_until == later
    assert trail.undo(second, moderator)
    other_member.refresh_from_db()
    assert other_member.suspended_until
    assert other_member.suspended_until < later
    assert trail.undo(second, moderator) is False


def test_a_banned_member_is_signed_out_cannot_sign_in_and_gets_a_letter(
    topic: Topic, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(other_member)
    assert client.get("/accounts/").status_code == 200
    assert sanctions.ban(other_member, moderator, "Threats.")
    assert sanctions.ban(other_member, moderator, "Threats.") is False
    assert client.get("/accounts/").status_code == 302
    signing_in = Client().post("/accounts/login/", {"login": other_member.email, "password": PASSWORD})
    assert signing_in["Location"] == "/accounts/inactive/"
    letter = mail.outbox[0]
    assert letter.to == [other_member.email]
    assert "Threats." in str(letter.body)
    assert trail.undo(Act.objects.get(), moderator)
    assert client_of(User.objects.get(pk=other_member.pk)).get("/accounts/").status_code == 200


def test_lifting_a_ban_does_not_open_an_account_that_was_closed_before(other_member: User, moderator: User) -> None:
    User.objects.filter(pk=other_member.pk).update(is_active=False)
    sanctions.ban(other_member, moderator, "Threats.")
    trail.undo(Act.objects.get(), moderator)
    assert not User.objects.get(pk=other_member.pk).is_active


def test_spam_is_hidden_everywhere_in_one_act_and_comes_back_as_it_was(
    topic: Topic, other_member: User, moderator: User
) -> None:
    shown = PostFactory(topic=topic, author=other_member, body="Buy pills")
    hidden = PostFactory(topic=topic, author=other_member, body="Buy more pills")
    Post.objects.filter(pk=hidden.pk).update(hidden=True)
    assert sanctions.purge(other_member, moderator, "Spam.", timezone.now() + SOON)
    assert sanctions.purge(other_member, moderator, "Spam.", timezone.now() + timedelta(days=1)) is False
    assert not Post.objects.visible(VISITOR).filter(author=other_member).exists()
    topic.refresh_from_db()
    assert topic.reply_count == 0
    assert "pills" not in SearchEntry.objects.get(key=f"topic:{topic.pk}").body
    act = Act.objects.get()
    assert trail.undo(act, moderator)
    assert not Post.objects.get(pk=shown.pk).hidden
    assert Post.objects.get(pk=hidden.pk).hidden
    other_member.refresh_from_db()
    assert other_member.suspended_until is None


def test_a_suspended_member_does_not_show_the_profile_again(
    home: object, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    profiled(user=other_member, about="Buy pills", show={"about": "all"})
    sanctions.purge(other_member, moderator, "Spam.", timezone.now() + SOON)
    client = client_of(other_member)
    page = client.post("/members/me/", {"name": "Buy pills", "show_about": "all"}, follow=True).content.decode()
    assert "You are suspended until" in page
    assert Profile.objects.get(pk=other_member.pk).show_about == "nobody"
    assert User.objects.get(pk=other_member.pk).name == other_member.name


def test_moderators_sanction_on_the_members_page_with_a_reason_and_an_end(
    other_member: User, moderator: User, client_of: ClientOf
) -> None:
    client, url = client_of(moderator), f"/moderation/members/{other_member.pk}/"
    page = client.post(url, {"deed": "suspend", "reason": "Rude."}).content.decode()
    assert "Give a day after today" in page
    assert not Act.objects.exists()
    day = timezone.localdate() + SOON
    client.post(url, {"deed": "suspend", "reason": "Rude.", "until": day.isoformat()})
    act = Act.objects.get()
    assert (act.name, act.reason, act.member) == ("member.suspension", "Rude.", other_member)
    assert Notification.objects.get(verb="moderation.outcome").recipient == other_member
    assert "Rude." in client.get(url).content.decode()


def test_moderators_do_not_sanction_themselves_or_one_another(
    moderator: User, administrator: User, editor: User, client_of: ClientOf
) -> None:
    from django.contrib.auth.models import Group

    editor.groups.add(Group.objects.get(name="Moderators"))
    data = {"deed": "warn", "reason": "Mind your words."}
    for user in (moderator, administrator, editor):
        assert client_of(moderator).post(f"/moderation/members/{user.pk}/", data).status_code == 404
    assert not Act.objects.exists()
    client_of(administrator).post(f"/moderation/members/{editor.pk}/", data)
    assert Act.objects.get().name == "member.warning"


def test_erasing_a_member_keeps_the_trail_and_unlinks_the_name(other_member: User, moderator: User) -> None:
    sanctions.warn(other_member, moderator, "Mind your words.")
    other_member.delete()
    act = Act.objects.get()
    assert (act.member, act.title, act.reason) == (None, "", "Mind your words.")
    moderator.delete()
    assert Act.objects.get().by is None

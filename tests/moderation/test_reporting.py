"""Reporting: with a reason, once each, by who sees the thing; the reporter hears what came of it."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums.models import Post, Topic
from portal.accounts.models import User
from portal.core.viewer import viewer_for
from portal.moderation import kinds, services
from portal.moderation.models import Case, Report
from portal.notifications.models import Notification
from tests.factories.members import profiled

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def address(post: Post) -> str:
    return f"/moderation/report/post/{post.pk}/"


def test_a_member_reports_a_post_and_it_waits_for_moderators(post: Post, member: User, client_of: ClientOf) -> None:
    response = client_of(member).post(address(post), {"reason": "spam", "words": "Nobody asked for pills."})
    assert (response.status_code, response["Location"]) == (302, post.url)
    report = Report.objects.get()
    assert (report.reporter, report.reason, report.words) == (member, "spam", "Nobody asked for pills.")
    assert (report.case.kind, report.case.key, report.case.page_id) == ("post", str(post.pk), post.topic.board_id)
    assert report.case.author == post.author


def test_a_second_report_of_the_same_member_changes_nothing(post: Post, member: User, client_of: ClientOf) -> None:
    for reason in ("spam", "rude"):
        client_of(member).post(address(post), {"reason": reason})
    assert Report.objects.get().reason == "spam"


def test_reports_of_two_members_stand_in_one_case(post: Post, member: User, editor: User, client_of: ClientOf) -> None:
    for user in (member, editor):
        client_of(user).post(address(post), {"reason": "rude"})
    assert Case.objects.get().reports.count() == 2


def test_a_report_says_what_is_missing_and_keeps_the_words(post: Post, member: User, client_of: ClientOf) -> None:
    page = client_of(member).post(address(post), {"reason": "", "words": "My words"}).content.decode()
    assert "Choose what is wrong." in page
    assert "My words" in page
    page = client_of(member).post(address(post), {"reason": "other"}).content.decode()
    assert "Say in a sentence what is wrong." in page
    assert not Report.objects.exists()


def test_nobody_reports_what_they_wrote_or_may_not_see(
    post: Post, private_topic: Topic, member: User, other_member: User, client_of: ClientOf
) -> None:
    assert client_of(None).get(address(post))["Location"].startswith("/accounts/login/")
    assert client_of(other_member).get(address(post)).status_code == 404
    for kind, key in (("topic", private_topic.pk), ("topic", "x"), ("topic", "9" * 40), ("nothing", 1)):
        assert client_of(member).post(f"/moderation/report/{kind}/{key}/", {"reason": "spam"}).status_code == 404
    assert not Case.objects.exists()


def test_who_reports_very_much_is_asked_to_pause(post: Post, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    for _ in range(10):
        client.post(address(post), {"reason": "spam"})
    page = client.post(address(post), {"reason": "spam", "words": "Once more"}).content.decode()
    assert "You have reported much within the hour" in page
    assert "Once more" in page


def test_a_profile_can_be_reported(member: User, client_of: ClientOf) -> None:
    profile = profiled(role="Town clerk")
    response = client_of(member).post(f"/moderation/report/member/{profile.pk}/", {"reason": "rude"})
    assert response["Location"] == f"/members/{profile.pk}/"
    assert Case.objects.get().page_id is None
    page = client_of(member).get(f"/members/{profile.pk}/").content.decode()
    assert f"/moderation/report/member/{profile.pk}/" in page


def test_the_reporter_hears_what_came_of_it_and_others_do_not(
    post: Post, member: User, editor: User, moderator: User, client_of: ClientOf
) -> None:
    thing = kinds.found("post", str(post.pk), viewer_for(member))
    assert thing
    report, _made = services.report(thing, member, "spam")
    services.settle(report.case, moderator, Case.Outcome.DISMISSED, "It answers the question.")
    told = Notification.objects.get(verb="moderation.report")
    assert told.recipient == member
    page = client_of(member).get("/moderation/reports/").content.decode()
    assert "nothing had to be done" in page
    assert "It answers the question." in page
    assert "It answers the question." not in client_of(editor).get("/moderation/reports/").content.decode()


def test_a_thing_can_be_reported_again_once_a_case_is_settled(post: Post, member: User, moderator: User) -> None:
    thing = kinds.found("post", str(post.pk), viewer_for(member))
    assert thing
    first, _made = services.report(thing, member, "spam")
    services.settle(first.case, moderator, Case.Outcome.DISMISSED)
    second, made = services.report(thing, member, "spam")
    assert made
    assert second.case != first.case


def test_the_reporters_name_goes_and_the_report_stays(post: Post, member: User) -> None:
    thing = kinds.found("post", str(post.pk), viewer_for(member))
    assert thing
    services.report(thing, member, "spam")
    Topic.objects.filter(author=member).update(author=None)
    member.delete()
    assert Report.objects.get().reporter is None

"""Hostile text where few look for it: in edits and their history, summaries, reports, reasons, nominations, proposals,
requests to join and letters. In Chromium none of it runs."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from playwright.sync_api import Page

from forums import services
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.core.urlpaths import page_url
from portal.groups.models import Joining, WorkingGroup
from portal.moderation import guidelines
from portal.moderation.models import Act
from portal.notifications import services as notifications
from portal.notifications.verbs import Channel
from tests.browser.hostile import fill_in, harm, post
from tests.browser.payloads import LINES, PAYLOADS, SCRIPT, SHORT
from tests.browser.visiting import press
from tests.browser.watch import Watch
from tests.browser.world import World
from tests.digest_turn import send_weekly
from tools.page_types import LEAD, MEMBER, MODERATOR, STEWARD

# The last payload holds a NUL, which plain fields refuse.
ALL = "\n\n".join(PAYLOADS[:-1])
LINE = f'{SCRIPT} <img src=x onerror=window.__pwned=1> "onfocus=window.__pwned=1 autofocus x="'
GROUP = "/groups/privacy/"


@pytest.fixture
def topic(writes: World) -> Topic:
    """A member's question on a public board, with an answer of somebody else's, both hostile."""
    member, editor = (User.objects.get(email=f"{name}@demo.example") for name in ("member", "editor"))
    board = Topic.objects.filter(board__gate__audience__key="", hidden=False).order_by("pk")[0].board
    topic = services.ask(board, member, title=f"{LINE} harms?", body=ALL)[0]
    services.answer(topic, editor, body=ALL)
    guidelines.publish(ALL, must_accept=False)
    return Topic.objects.select_related("board").get(pk=topic.pk)


def harms(page: Page, *paths: str) -> dict[str, list[str]]:
    """What happened on each of these pages, where anything did."""
    found = {}
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        if wrong := harm(page):
            found[path] = wrong
    return found


def test_edits_summaries_and_nominations_run_nothing(open_as: Callable[..., Page], topic: Topic) -> None:
    member, moderator = open_as(MEMBER), open_as(MODERATOR)
    board = page_url(topic.board)
    question, answer = topic.posts.order_by("position")
    edited = post(member, f"{board}post/{question.pk}/edit/", "Save the change", {"body": "\n\n".join(LINES)})
    assert harm(edited) == []
    assert Post.objects.get(pk=question.pk).body != question.body
    assert harms(moderator, f"{board}post/{question.pk}/history/") == {}
    summed = post(moderator, f"{board}summary/{topic.pk}/", "Save the summary", {"body": ALL[:2000]})
    assert harm(summed) == []
    assert Topic.objects.get(pk=topic.pk).summary
    assert harms(moderator, f"{board}moderate/post/{answer.pk}/edit/", f"{board}invite/{topic.pk}/?q={SCRIPT}") == {}
    assert harms(moderator, f"{board}forward/{answer.pk}/", f"{board}forward/{answer.pk}/term/") == {}
    moderator.locator("main [name=place]").select_option(index=1)
    assert harm(fill_in(moderator, "Put it forward", {"title": LINE[:90]})) == []


def test_reports_reasons_and_guidelines_run_nothing(open_as: Callable[..., Page], topic: Topic, watch: Watch) -> None:
    watch.expect("status of 404")
    member, moderator, author = open_as(MEMBER), open_as(MODERATOR), open_as("editor")
    board, answer = page_url(topic.board), topic.posts.get(position=2)
    member.goto(f"/moderation/report/post/{answer.pk}/")
    member.get_by_label("Advertising or spam").check()
    assert harm(fill_in(member, "Send the report", {"words": "\n".join(PAYLOADS[:-1])[:1500]})) == []
    thing = f"/moderation/things/post/{answer.pk}/"
    assert harms(moderator, "/moderation/", thing, "/moderation/guidelines/") == {}
    moderator.goto(thing)
    moderator.get_by_label("Hide the post").check()
    assert harm(fill_in(moderator, "Do it", {"reason": LINE})) == []
    act = Act.objects.get(reason=LINE)
    assert harms(moderator, "/moderation/log/", thing, f"/moderation/members/{answer.author_id}/") == {}
    assert harms(author, f"/moderation/outcomes/{act.pk}/", "/notifications/") == {}
    assert harms(member, "/moderation/reports/", "/notifications/") == {}
    moderator.goto("/moderation/log/")
    press(moderator.get_by_role("button", name="Take back").first)
    split = f"{board}moderate/topic/{topic.pk}/split/"
    moderator.goto(split)
    assert harm(moderator) == []
    moderator.locator("main [name=posts]").first.check()
    assert harm(fill_in(moderator, "Split posts off", {"title": LINE[:100], "reason": LINE})) == []
    assert Topic.objects.filter(title=LINE[:100]).exists()
    assert harms(moderator, board, f"{board}records/topic/{topic.pk}/print/", f"{board}leads/") == {}


def test_proposals_and_requests_run_nothing(open_as: Callable[..., Page], writes: World) -> None:
    member, steward, lead = open_as(MEMBER), open_as(STEWARD), open_as(LEAD)
    member.goto("/glossary/propose/")
    member.locator("main [name=scheme]").select_option(index=1)
    fields = {"title": SHORT[0], "definition": ALL[:2500], "scope_note": LINE, "reason": ALL[:2500], "sources": LINE}
    assert harm(fill_in(member, "Propose the term", fields)) == []
    proposal = member.url
    assert "/glossary/propos" in proposal
    assert harm(post(steward, proposal, "Post the comment", {"body": ALL[:2500]})) == []
    assert harm(post(steward, proposal, "Object", {"stand-reason": LINE})) == []
    assert harms(steward, "/glossary/proposals/") == {}
    outsider = open_as("editor")
    WorkingGroup.objects.update(joining=Joining.REQUEST)
    assert harm(post(outsider, f"{GROUP}join/", "Ask to join", {"message": "\n".join(LINES)[:280]})) == []
    assert harms(lead, f"{GROUP}desk/") == {}


def test_letters_run_nothing(open_as: Callable[..., Page], topic: Topic) -> None:
    """The digest as a mail program shows it that runs whatever it is sent."""
    reader = User.objects.get(email="lead@demo.example")
    notifications.choose(reader.pk, {("digest", ""): Channel.WEEKLY})
    notifications.watch(reader.pk, "search", "q=harms")
    mail.outbox.clear()
    send_weekly()
    [letter] = [message for message in mail.outbox if message.to == [reader.email]]
    assert isinstance(letter, EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert "harms?" in html
    page = open_as()
    # A page of nobody's, on which no policy keeps anything from running.
    page.set_content(html)
    page.wait_for_timeout(200)
    assert page.evaluate("window.__pwned") is None
    assert page.locator("script, img, svg, iframe, [onerror], [onload], [onfocus]").count() == 0

"""Walk-through: somebody follows a topic, is told of an answer, reads it, and chooses how to hear of the next, with
nothing but forms."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from forums import services
from forums.models import Topic
from portal.accounts.models import User
from portal.notifications.models import Setting, Watch
from tests.browser.soundness import is_sound
from tests.browser.visiting import press
from tests.browser.world import World
from tools.page_types import MEMBER


def test_following_a_topic_leads_to_its_answer_and_to_the_settings(open_as: Callable[..., Page], writes: World) -> None:
    member = User.objects.get(email="member@demo.example")
    peer = User.objects.get(email="moderator@demo.example")
    topic = Topic.objects.exclude(author=member).filter(locked=False).select_related("board").first()
    assert topic is not None
    page = open_as(MEMBER)
    page.goto(topic.url)
    press(page.get_by_role("button", name="Follow this topic"))
    expect(page.get_by_role("status").first).to_contain_text("You follow it")
    services.answer(topic, peer, body="We agreed on a *rota* for the depots.")

    page.goto("/")
    banner = page.get_by_role("banner")
    expect(banner.locator(".unread-number")).to_contain_text("1")
    banner.locator(".user-menu > summary").click()
    press(banner.get_by_role("link", name="Inbox"))
    expect(page.locator(".tiding")).to_contain_text("has written in")
    is_sound(page)
    press(page.locator(".tiding a"))
    expect(page.locator("main")).to_contain_text("We agreed on a rota for the depots.")
    expect(page.get_by_role("banner").locator(".unread-number")).to_have_count(0)

    plain = open_as(MEMBER, java_script_enabled=False)
    plain.goto("/notifications/settings/")
    plain.get_by_label(f"How you hear of {topic.title}").select_option("E-mail at once")
    plain.get_by_label("Every day").check()
    press(plain.get_by_role("button", name="Keep these settings"))
    expect(plain.get_by_role("status").first).to_contain_text("Your settings are kept")
    assert dict(Setting.objects.filter(member=member).values_list("source", "channel")) == {
        f"topic:{topic.pk}": "now",
        "": "daily",
    }
    page.goto("/notifications/settings/")
    is_sound(page)
    press(plain.get_by_role("button", name="Stop following"))
    assert not Watch.objects.filter(member=member, active=True).exists()
    expect(plain.get_by_role("heading", name="What you follow")).to_have_count(0)

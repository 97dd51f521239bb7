"""Walk-through: somebody signs up, becomes an editor, sets up an authenticator app and a passkey, and enters the admin.

The passkey is kept by the browser's own virtual authenticator. Passkeys belong to a host name, so the portal is opened
as localhost here.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core import mail
from django.test import override_settings
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from tests.authenticator_app import code_of, hold_clock
from tests.browser.soundness import is_sound
from tests.browser.visiting import press
from tests.browser.watch import Watch
from tests.browser.world import World

EMAIL = "records@county.example"
PASSWORD = "four unrelated harvest lanterns"
# Not an address that only ends in "?next=/admin/".
ADMIN = re.compile(r"//[^/]+/admin/$")


@pytest.fixture
def portal(world: World, watch: Watch, writes: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The portal's address by host name, with the second factor required."""
    hold_clock(monkeypatch)
    mail.outbox.clear()
    port = urlsplit(world.url).port
    watch.host = f"localhost:{port}"
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        yield f"http://localhost:{port}"


def sign_up(page: Page, portal: str) -> None:
    page.goto(portal + "/accounts/signup/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Name to show").fill("A county records manager")
    page.get_by_label("Government").check()
    page.get_by_label("I have read the guidelines").check()
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    (message,) = [message for message in mail.outbox if message.to == [EMAIL]]
    found = re.search(r"/accounts/confirm-email/\S+/", str(message.body))
    assert found is not None
    page.goto(portal + found.group())
    press(page.get_by_role("button", name="Yes, confirm the address"))
    User.objects.get(email=EMAIL).groups.add(Group.objects.get(name="Editors"))


def sign_in(page: Page, portal: str, path: str) -> None:
    page.goto(f"{portal}/accounts/login/?next={path}")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Go on").click()


def sign_out(page: Page, portal: str) -> None:
    page.goto(portal + "/accounts/logout/")
    press(page.locator("main").get_by_role("button", name="Sign out"))


def give_authenticator(page: Page) -> None:
    """Let this page's browser keep passkeys, as a phone or laptop does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    ready = {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, **ready}})


def set_up_app(page: Page) -> str:
    """From the page of the second factor to the recovery codes. The key that the app now knows."""
    page.get_by_role("link", name="Set up an authenticator app").click()
    confirm_password(page)
    secret = page.locator("#totp-secret").inner_text()
    expect(page.get_by_role("img", name="A picture for the app to scan")).to_be_visible()
    is_sound(page)
    assert page.locator(".qr").evaluate("image => image.naturalWidth") > 0, "the policy lets the picture show"
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    return secret


def test_an_editor_sets_up_an_app_and_enters_the_admin_with_its_code(portal: str, open_as: Callable[..., Page]) -> None:
    page = open_as()
    sign_up(page, portal)
    sign_in(page, portal, "/admin/pages/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    expect(page.locator("main")).to_contain_text("The administration opens with a second factor only")
    secret = set_up_app(page)
    expect(page.locator(".codes li")).to_have_count(10)
    is_sound(page)
    page.get_by_role("link", name="Go on to where you were going").click()
    page.wait_for_url(re.compile(r"//[^/]+/admin/pages/$"))

    sign_out(page, portal)
    sign_in(page, portal, "/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    is_sound(page)
    page.get_by_label("Code").fill("000000")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("This code is not right")
    page.get_by_label("Code").fill(code_of(secret))
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(ADMIN)

    page.goto(portal + "/accounts/history/")
    expect(page.locator("table")).to_contain_text("with password and authenticator app")
    is_sound(page)
    page.goto(portal + "/accounts/2fa/totp/deactivate/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    is_sound(page)


def test_a_passkey_signs_in_alone_and_opens_the_admin(portal: str, open_as: Callable[..., Page]) -> None:
    page = open_as()
    give_authenticator(page)
    sign_up(page, portal)
    sign_in(page, portal, "/admin/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm_password(page)
    is_sound(page)
    page.get_by_label(re.compile("^Name")).fill("Work laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert Authenticator.objects.filter(user__email=EMAIL, type="webauthn").count() == 1
    page.get_by_role("link", name="Go on to where you were going").click()
    page.wait_for_url(ADMIN)
    page.goto(portal + "/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Work laptop")
    expect(page.locator("main")).to_contain_text("signs you in alone")
    is_sound(page)

    sign_out(page, portal)
    page.goto(portal + "/accounts/login/?next=/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(ADMIN)
    page.goto(portal + "/accounts/history/")
    expect(page.locator("table")).to_contain_text("with a passkey")

    sign_out(page, portal)
    sign_in(page, portal, "/admin/")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(ADMIN)


def test_a_browser_without_the_passkey_is_told_in_the_page(portal: str, open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto(portal + "/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')); }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Your browser did not give a passkey")

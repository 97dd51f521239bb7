"""What holds for every address of the table: no other site can post to it, frame its page, or be where it leads."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import User
from tests.site.rows import all_rows

pytestmark = pytest.mark.django_db

FORBIDDEN = 403
# Mail programs press the button in a letter without a form, and its address is signed. The probes read no request.
FROM_ELSEWHERE = {"unsubscribe/<str:token>/", "healthz", "readyz"}
HOSTS = {"", "testserver"}
ELSEWHERE = ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
MARK = "quincunx"
OWN = f"/guidelines/?{MARK}=1"
WAYS_BACK = ("next", "back", "page", "to", "url", "return_to", "redirect_to", "from")


def addresses(sample: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The route and the address of each row."""
    for route, (address, _get, _post) in all_rows().items():
        yield route, address.format(**sample)


def answers(client: Client, method: str, url: str, data: dict[str, str] | None = None) -> HttpResponse:
    """The answer to one request, whose writes are taken back."""
    with transaction.atomic():
        response: HttpResponse = getattr(client, method)(url, data or {})
        transaction.set_rollback(True)
    return response


def test_nothing_is_posted_without_a_token_of_ours(sample: dict[str, str], cast: list[User | None]) -> None:
    open_to_all, unknown = [], set(FROM_ELSEWHERE)
    for user in (cast[0], cast[6]):
        client = Client(enforce_csrf_checks=True)
        if user is not None:
            client.force_login(user)
        for route, url in addresses(sample):
            if route in FROM_ELSEWHERE:
                unknown.discard(route)
            elif (status := answers(client, "post", url).status_code) != FORBIDDEN:
                open_to_all.append(f"{url} ({route}) as {user}: {status}")
    assert not open_to_all, "\n".join(open_to_all)
    assert not unknown


def test_no_other_site_puts_a_page_into_a_frame(sample: dict[str, str], cast: list[User | None]) -> None:
    framed, pages = [], 0
    for user in (cast[0], cast[6]):
        client = Client()
        if user is not None:
            client.force_login(user)
        for _route, url in addresses(sample):
            answer = answers(client, "get", url)
            if answer.get("Content-Type", "").startswith("text/html"):
                pages += 1
                policy = answer.get("Content-Security-Policy", "")
                if "frame-ancestors 'self'" not in policy or answer.get("X-Frame-Options") != "SAMEORIGIN":
                    framed.append(f"{url} as {user}: {policy[:80]}")
    assert pages > len(all_rows())
    assert not framed, "\n".join(framed)


def test_no_address_leads_to_another_site(sample: dict[str, str], cast: list[User | None]) -> None:
    """Those that lead where they are told, or say so in a form, lead nowhere else."""
    led, astray = 0, []
    for user in (cast[0], cast[1]):
        client = Client()
        if user is not None:
            client.force_login(user)
        for method, url in ((method, url) for _route, url in addresses(sample) for method in ("get", "post")):
            if not repeats(answers(client, method, url, dict.fromkeys(WAYS_BACK, OWN))):
                continue
            led += 1
            for elsewhere in ELSEWHERE:
                answer = answers(client, method, url, dict.fromkeys(WAYS_BACK, elsewhere))
                if leads_away(answer.get("Location", "")) or offers(answer, elsewhere):
                    astray.append(f"{method} {url} as {user}: {answer.get('Location')}")
    assert led
    assert not astray, "\n".join(astray)


def repeats(answer: HttpResponse) -> bool:
    page = "" if answer.streaming else answer.content.decode(errors="replace")
    return MARK in answer.get("Location", "") or MARK in page


def leads_away(location: str) -> bool:
    """As browsers read it, to whom a backslash is a slash."""
    parts = urlsplit(location.replace("\\", "/"))
    return parts.netloc not in HOSTS or parts.scheme not in {"", "http"}


def offers(answer: HttpResponse, elsewhere: str) -> bool:
    """Whether a page has a link or a form that leads there."""
    if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
        return False
    page = answer.content.decode()
    return any(f'{attribute}="{elsewhere}' in page for attribute in ("href", "action", "formaction", "src"))


def test_who_signs_in_is_led_to_no_other_site(home: object, member: User) -> None:
    member.set_password("correct horse battery staple")
    member.save()
    for elsewhere in ELSEWHERE:
        typed = {"login": member.email, "password": "correct horse battery staple", "next": elsewhere}
        answer = Client().post("/accounts/login/", typed)
        assert answer.status_code == 302
        assert not leads_away(answer["Location"])
        assert not any("evil" in value for _name, value in parse_qsl(urlsplit(answer["Location"]).query))

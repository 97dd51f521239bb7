"""Stored pages: never stale after a change, never one person's to another. Real requests through the whole stack."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from portal.accounts.models import User
from portal.core import pagecache, ticks
from portal.home.models import HomePage, StandardPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(home: HomePage) -> StandardPage:
    page = StandardPage(title="About us", slug="about-us", summary="First words.")
    home.add_child(instance=page)
    return page


def read(client: Client, path: str = "/about-us/", **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def stored() -> int:
    return len(pagecache._near)


def queries(client: Client, path: str = "/about-us/") -> int:
    with CaptureQueriesContext(connection) as made:
        client.get(path)
    return len(made)


def test_a_second_visitor_gets_the_stored_page_with_one_query(about: StandardPage, visitor_client: Client) -> None:
    first = visitor_client.get("/about-us/")
    assert queries(Client()) == 1
    assert Client().get("/about-us/").content == first.content


def test_a_published_change_shows_at_once(about: StandardPage, visitor_client: Client) -> None:
    assert "About us" in read(visitor_client)
    about.title = "What we do"
    about.save_revision().publish()
    assert "What we do" in read(visitor_client)


def test_a_draft_changes_nothing_that_is_stored(about: StandardPage, visitor_client: Client) -> None:
    read(visitor_client)
    about.title = "What we may do"
    about.save_revision()
    assert "What we may do" not in read(visitor_client)


def test_an_unpublished_page_is_gone_at_once(about: StandardPage, visitor_client: Client) -> None:
    read(visitor_client)
    about.unpublish()
    assert visitor_client.get("/about-us/").status_code == 404


def test_a_page_unpublished_without_its_own_class_is_gone_at_once(about: StandardPage, visitor_client: Client) -> None:
    read(visitor_client)
    Page.objects.get(pk=about.pk).unpublish()
    assert visitor_client.get("/about-us/").status_code == 404


def test_a_deleted_page_is_gone_at_once(about: StandardPage, visitor_client: Client) -> None:
    read(visitor_client)
    Page.objects.get(pk=about.pk).delete()
    assert visitor_client.get("/about-us/").status_code == 404


def test_a_page_made_private_is_gone_at_once_and_never_stored(about: StandardPage, member: User) -> None:
    read(Client())
    PageViewRestriction.objects.create(page=about, restriction_type=PageViewRestriction.LOGIN)
    assert Client().get("/about-us/").status_code == 404
    pagecache.forget_process()
    signed_in = Client()
    signed_in.force_login(member)
    assert "About us" in read(signed_in)
    assert stored() == 0
    assert Client().get("/about-us/").status_code == 404


def test_a_session_cookie_passes_the_cache_by(
    about: StandardPage, client_of: Callable[..., Client], member: User
) -> None:
    assert member.name in read(client_of(member))
    assert stored() == 0
    assert member.name not in read(Client())
    assert stored() == 1
    assert member.name in read(client_of(member))


def test_a_visitor_with_any_session_cookie_is_never_served_from_the_cache(about: StandardPage) -> None:
    read(Client())
    client = Client()
    client.cookies["sessionid"] = "made-up"
    assert queries(client) > 1


def test_a_message_for_a_visitor_is_shown_and_not_stored(about: StandardPage) -> None:
    read(Client())
    client = Client()
    client.cookies["messages"] = "made-up"
    assert queries(client) > 1
    assert stored() == 1


def test_an_unknown_query_key_passes_the_cache_by_and_a_known_one_does_not(about: StandardPage) -> None:
    read(Client(), "/about-us/?utm_source=letter")
    assert stored() == 0
    read(Client(), "/about-us/?page=2")
    assert stored() == 1


@pytest.mark.parametrize("query", ["page=1&" * 20, "page=" + "9" * 500])
def test_a_long_query_is_not_stored(about: StandardPage, query: str) -> None:
    read(Client(), f"/about-us/?{query}")
    assert stored() == 0


@pytest.fixture
def no_other_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a month, which other rooms name, may come sooner."""
    monkeypatch.setattr(pagecache, "_moments", {})


@pytest.mark.usefixtures("no_other_moment")
def test_a_scheduled_page_ends_every_stored_page_at_its_time(about: StandardPage, visitor_client: Client) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    draft = StandardPage(title="Later", slug="later", live=False, go_live_at=soon)
    about.get_parent().add_child(instance=draft)
    draft.save_revision().publish()
    read(visitor_client)
    (page,) = pagecache._near.values()
    assert page.expires == pytest.approx(soon.timestamp(), abs=1)


@pytest.mark.usefixtures("no_other_moment")
def test_an_expiry_ends_every_stored_page_at_its_time(about: StandardPage, visitor_client: Client) -> None:
    soon = timezone.now() + timedelta(minutes=7)
    about.expire_at = soon
    about.save_revision().publish()
    read(visitor_client)
    (page,) = pagecache._near.values()
    assert page.expires == pytest.approx(soon.timestamp(), abs=1)


def test_the_tick_takes_an_expired_page_down_for_everybody(about: StandardPage, visitor_client: Client) -> None:
    read(visitor_client)
    Page.objects.filter(pk=about.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert not ticks.run_due().failed
    assert visitor_client.get("/about-us/").status_code == 404


def test_another_process_reads_what_the_first_stored(about: StandardPage) -> None:
    read(Client())
    pagecache.forget_process()
    assert queries(Client()) == 1


def test_another_process_sees_a_change_that_this_one_made(about: StandardPage) -> None:
    read(Client())
    here = dict(pagecache._near)
    pagecache.forget_process()
    about.title = "Changed elsewhere"
    about.save_revision().publish()
    pagecache._near.update(here)
    assert "Changed elsewhere" in read(Client())


def test_a_change_that_is_rolled_back_leaves_no_stale_page(about: StandardPage) -> None:
    read(Client())
    before = pagecache.generation()
    pagecache.bump()
    assert pagecache.generation() == before + 1


@pytest.mark.parametrize("error", [DatabaseError("no such table: portal_cache"), ConnectionError("refused")])
def test_without_its_cache_the_portal_still_serves(
    about: StandardPage, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(type(cache._connections[cache._alias]), "get", fail)  # type: ignore[attr-defined]
    monkeypatch.setattr(type(cache._connections[cache._alias]), "set", fail)  # type: ignore[attr-defined]
    assert "About us" in read(Client())
    assert "About us" in read(Client())


def test_what_another_version_stored_is_not_read(about: StandardPage) -> None:
    client = Client()
    read(client)
    (full,) = pagecache._near
    pagecache.forget_process()
    cache.set(full, {"body": "old"})
    assert "About us" in read(client)


def test_only_our_own_hosts_are_answered(about: StandardPage, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["portal.example.gov"]  # type: ignore[attr-defined]
    assert Client().get("/about-us/", headers={"host": "evil.example"}).status_code == 400
    assert stored() == 0
    read(Client(), host="portal.example.gov")
    assert stored() == 1


def test_hosts_and_schemes_do_not_share_pages(about: StandardPage) -> None:
    read(Client(), host="one.example.gov")
    read(Client(), host="two.example.gov")
    Client().get("/about-us/", secure=True, headers={"host": "one.example.gov"})
    assert stored() == 3


class TestConditionalRequests:
    @pytest.fixture(autouse=True)
    def _page(self, about: StandardPage) -> None:
        read(Client())

    def test_who_has_the_page_gets_no_body(self) -> None:
        tag = Client().get("/about-us/")["ETag"]
        for header in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
            response = Client().get("/about-us/", headers={"if-none-match": header})
            assert (response.status_code, response.content) == (304, b"")
            assert response["ETag"] == tag

    def test_who_has_another_page_gets_this_one(self) -> None:
        response = Client().get("/about-us/", headers={"if-none-match": '"other"'})
        assert response.status_code == 200

    def test_plain_and_compressed_say_the_same_with_one_weak_tag(self) -> None:
        import gzip

        plain = Client().get("/about-us/")
        packed = Client().get("/about-us/", headers={"accept-encoding": "gzip, br"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert packed["ETag"] == plain["ETag"]
        assert plain["ETag"].startswith("W/")
        assert "Accept-Encoding" in plain["Vary"]
        assert int(packed["Content-Length"]) == len(packed.content)

    def test_head_says_what_get_would_without_the_body(self) -> None:
        head, get = Client().head("/about-us/"), Client().get("/about-us/")
        assert head.content == b""
        assert head["Content-Length"] == str(len(get.content))
        assert head["ETag"] == get["ETag"]

    def test_every_stored_answer_has_the_headers_of_a_fresh_one(self) -> None:
        response = Client().get("/about-us/")
        assert response["Cache-Control"] == "no-cache"
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert len(response["X-Request-ID"]) == 32


def test_a_head_request_stores_nothing(about: StandardPage) -> None:
    Client().head("/about-us/")
    assert stored() == 0


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/report/", "/admin/login/", "/missing/"])
def test_form_pages_and_redirects_and_missing_pages_are_not_stored(home: HomePage, path: str) -> None:
    Client().get(path)
    assert stored() == 0


def test_a_page_for_one_group_is_not_stored_for_its_members(about: StandardPage, lead: User) -> None:
    restriction = PageViewRestriction.objects.create(page=about, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(Group.objects.filter(name="Privacy group leads"))
    client = Client()
    client.force_login(lead)
    read(client)
    assert stored() == 0

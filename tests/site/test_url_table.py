"""Every own address × every role × GET and POST. A route without a row fails; so does a row without a route.

The rows stand in `tests/site/rows/`, a module for each room. A row says what each of the eight sees: one status for all
of them, or one for each in the order of `CAST`. Third-party namespaces have one row each, by an address of theirs that
tells who is let in.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, get_page_models

from portal.accounts.models import User
from tests.site.rows import CAST, Statuses, all_rows

pytestmark = pytest.mark.django_db

NOT_FOUND = 404
THIRD_PARTY = {"admin/"}
# Wagtail's route for all pages: its pages have rows of their own.
TREE = r"^((?:[\w\-]+/)*)$"


def own_routes() -> Iterator[str]:
    """The routes of the project's own patterns, then those of each type of page."""
    yield from dict.fromkeys(route for route in _walk(get_resolver().url_patterns, "") if route != TREE)
    for model in get_page_models():
        if model is Page:
            continue
        label = model._meta.label
        if issubclass(model, RoutablePageMixin):
            yield from dict.fromkeys(f"{label} {route.pattern}" for route in model.get_subpage_urls())
        else:
            yield label


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route in THIRD_PARTY:
            yield route
        elif isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(own_routes()) == sorted(all_rows())


def expected(statuses: Statuses) -> tuple[int, ...]:
    return (statuses,) * len(CAST) if isinstance(statuses, int) else statuses


@pytest.mark.parametrize("method", ["get", "post"])
def test_each_role_sees_what_the_table_says(
    method: str, sample: dict[str, str], cast: list[User | None], client_of: Callable[[User | None], Client]
) -> None:
    wrong = []
    for route, (address, get_statuses, post_statuses) in all_rows().items():
        url = address.format(**sample)
        wanted = expected(get_statuses if method == "get" else post_statuses)
        seen = tuple(status_of(client_of(user), method, url) for user in cast)
        if seen != wanted:
            wrong.append(f"{method} {url} ({route}): {seen} instead of {wanted}")
    assert not wrong, "\n".join(wrong)


def status_of(client: Client, method: str, url: str) -> int:
    """The status of one request, whose writes are taken back so that the next role finds the same site."""
    with transaction.atomic():
        response = getattr(client, method)(url)
        transaction.set_rollback(True)
    return int(response.status_code)


def test_a_number_that_no_row_can_have_is_not_found_by_anybody(
    sample: dict[str, str], cast: list[User | None], client_of: Callable[[User | None], Client]
) -> None:
    wrong = []
    for route, (address, _get, _post) in all_rows().items():
        if "<int:" not in route and "<id:" not in route:
            continue
        url, replaced = re.subn(r"(?<=/)\d+(?=[-/.])", str(10**20), address.format(**sample))
        assert replaced, f"{url} has no number, as {route} has"
        for user in cast:
            for method in ("get", "post"):
                status = status_of(client_of(user), method, url)
                if status != NOT_FOUND:
                    wrong.append(f"{method} {url} ({route}) as {user}: {status}")
    assert not wrong, "\n".join(wrong)

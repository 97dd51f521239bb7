"""In the admin, and in what reads numbers: what is wider than the database's integers is not found."""

from collections.abc import Callable

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.core.numbers import WIDEST, IdConverter, check_numbers, is_too_wide
from portal.home.models import HomePage
from tests.factories.groups import group

HUGE = 10**20
ADDRESSES = (
    f"/admin/pages/{HUGE}/",
    f"/admin/pages/{HUGE}/edit/",
    f"/admin/choose-page/{HUGE}/",
    f"/admin/bulk/wagtailcore/page/delete/?id={HUGE}",
    f"/admin/bulk/wagtailcore/page/delete/?id=1&id=-{HUGE}",
    f"/admin/bulk/wagtailcore/page/delete/?id=all&childOf={HUGE}",
    f"/admin/bulk/wagtaildocs/document/delete/?id={HUGE}",
    f"/admin/bulk/wagtailimages/image/delete/?id={HUGE}",
    f"/admin/choose-page/chosen-multiple/?id={HUGE}",
    f"/admin/documents/chooser/chosen-multiple/?id={HUGE}",
    f"/admin/images/chooser/chosen-multiple/?id={HUGE}",
    f"/admin/documents/?collection_id={HUGE}",
    f"/admin/reports/site-history/?user={HUGE}",
    f"/admin/pages/{'9' * 5000}/",
)


@pytest.mark.django_db
def test_the_admin_finds_nothing_under_a_number_that_no_row_can_have(
    home: HomePage,
    member: User,
    editor: User,
    moderator: User,
    administrator: User,
    client_of: Callable[[User | None], Client],
) -> None:
    group(lead=member)
    for user in (member, editor, moderator, administrator):
        for address in ADDRESSES:
            assert client_of(user).get(address).status_code == 404, (user, address)
        assert client_of(user).get(f"/admin/pages/search/?q={HUGE}").status_code == 200
        assert client_of(user).get(f"/admin/pages/{home.pk}/").status_code in {200, 302}


NEAR = st.integers(-3, 3).flatmap(lambda step: st.sampled_from([WIDEST + step, -WIDEST + step]))


@given(number=st.one_of(NEAR, st.integers()), padding=st.integers(0, 30))
def test_exactly_what_the_database_cannot_hold_is_too_wide(number: int, padding: int) -> None:
    padded = f"{'-' if number < 0 else ''}{'0' * padding}{abs(number)}"
    for value in (number, str(number), f" {number} ", padded):
        assert is_too_wide(value) is (abs(number) > WIDEST)


@pytest.mark.parametrize("text", ["", "x", "all", "1e30", "1.5", "²", "१२", "99999999999999999999x", "-"])
def test_what_is_no_whole_number_is_not_too_wide(text: str) -> None:
    assert not is_too_wide(text)


def test_the_widest_id_makes_an_address_and_one_more_does_not() -> None:
    assert IdConverter().to_python(str(WIDEST)) == WIDEST
    for text in (str(WIDEST + 1), "9" * 5000):
        with pytest.raises(ValueError, match="no row"):
            IdConverter().to_python(text)


def test_words_may_be_digits_and_so_may_what_is_outside_the_admin() -> None:
    for address in (f"/admin/pages/search/?q={HUGE}", f"/search/?page={HUGE}", "/admin/?p=5"):
        request = RequestFactory().get(address)
        request.resolver_match = None
        check_numbers(request)
    request = RequestFactory().get(f"/admin/x/?ids=1&ids={HUGE}")
    request.resolver_match = None
    with pytest.raises(Http404):
        check_numbers(request)

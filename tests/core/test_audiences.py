"""Audiences: one key for one set of conditions, and who satisfies it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.core.audiences import NO_GROUP, PUBLIC_AUDIENCE_ID, PUBLIC_KEY, Condition, conditions_of, key_of
from portal.core.models import Audience
from portal.core.viewer import VISITOR, Role, viewer_for

conditions = st.lists(
    st.builds(Condition, st.frozensets(st.integers(min_value=1, max_value=9), max_size=3)), max_size=4
)
memberships = st.frozensets(st.integers(min_value=1, max_value=9))


@given(conditions, memberships)
def test_a_key_says_exactly_its_conditions(chosen: list[Condition], group_ids: frozenset[int]) -> None:
    key = key_of(chosen)
    assert all(one.holds(group_ids) for one in conditions_of(key)) == all(one.holds(group_ids) for one in chosen)


@given(conditions, st.randoms())
def test_the_same_conditions_in_any_order_and_number_have_the_same_key(chosen: list[Condition], random: object) -> None:
    shuffled = chosen * 2
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert key_of(shuffled) == key_of(chosen)
    assert key_of(conditions_of(key_of(chosen))) == key_of(chosen)


def test_no_condition_is_everybody() -> None:
    assert key_of([]) == PUBLIC_KEY
    assert conditions_of(PUBLIC_KEY) == ()


def test_being_signed_in_vanishes_beside_a_group() -> None:
    assert key_of([Condition(), Condition(frozenset({3, 7}))]) == "3.7"


def test_the_group_of_nobody_is_in_no_persons_groups() -> None:
    assert not Condition(frozenset({NO_GROUP})).holds(frozenset(range(1, 50)))


@pytest.mark.parametrize("key", ["x", "member & ", "3..7", "3,7"])
def test_a_key_that_nobody_made_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        conditions_of(key)


@pytest.mark.django_db
class TestViewers:
    def count(self, resolve: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as made:
            resolve()
        return len(made)

    def test_a_visitor_costs_no_query(self) -> None:
        assert self.count(lambda: viewer_for(AnonymousUser())) == 0
        assert viewer_for(AnonymousUser()) is VISITOR

    @pytest.mark.parametrize("who", ["member", "group_member", "lead", "editor", "moderator", "administrator"])
    def test_anybody_else_costs_two_however_many_audiences_there_are(
        self, who: str, request: pytest.FixtureRequest
    ) -> None:
        person = User.objects.get(pk=request.getfixturevalue(who).pk)
        assert self.count(lambda: viewer_for(person)) <= 2
        Audience.objects.bulk_create(Audience(key=str(number)) for number in range(100, 140))
        person = User.objects.get(pk=person.pk)
        assert self.count(lambda: viewer_for(person)) <= 2

    def test_a_closed_account_is_a_visitor(self, member: User) -> None:
        member.is_active = False
        assert viewer_for(member) is VISITOR

    def test_roles_come_from_the_groups(self, editor: User, moderator: User, administrator: User, member: User) -> None:
        assert viewer_for(editor).roles == {Role.EDITOR}
        assert viewer_for(moderator).is_moderator
        assert viewer_for(administrator).is_moderator
        assert viewer_for(administrator).is_editor
        assert not viewer_for(member).is_editor

    def test_everybody_satisfies_the_public_audience(self, member: User) -> None:
        assert PUBLIC_AUDIENCE_ID in viewer_for(member).audiences
        assert PUBLIC_AUDIENCE_ID in VISITOR.audiences

"""What is done with groups and their people, and who is told."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.core.models import CacheGeneration
from portal.core.signals import membership_ended
from portal.groups import invitations, services
from portal.groups.models import (
    Answer,
    GroupInvitation,
    GroupPage,
    Joining,
    JoinRequest,
    Membership,
    Role,
    State,
    WorkingGroup,
)
from portal.groups.services import RefusedError
from tests.conftest import make_user
from tests.factories.groups import group

pytestmark = pytest.mark.django_db


def role_of(made: WorkingGroup, user: User) -> str | None:
    return Membership.objects.filter(group=made, user=user).values_list("role", flat=True).first()


def generation() -> int:
    return CacheGeneration.objects.get(pk=1).number


def test_anybody_joins_an_open_group_once(member: User, boss: User) -> None:
    made = group(lead=boss, joining=Joining.OPEN).working_group
    before = generation()
    assert services.join(made, member)
    assert role_of(made, member) == Role.MEMBER
    assert generation() > before
    assert not services.join(made, member)


@pytest.mark.parametrize(
    ("joining", "state", "says"),
    [
        (Joining.REQUEST, State.ACTIVE, "without a word from its leads"),
        (Joining.INVITATION, State.ACTIVE, "without a word from its leads"),
        (Joining.OPEN, State.PAUSED, "pauses"),
        (Joining.OPEN, State.ARCHIVED, "archived"),
    ],
)
def test_joining_is_refused_in_a_sentence(joining: Joining, state: State, says: str, member: User, boss: User) -> None:
    made = group(lead=boss, joining=joining, state=state).working_group
    with pytest.raises(RefusedError, match=says):
        services.join(made, member)
    assert role_of(made, member) is None


def test_a_request_is_told_to_all_who_run_the_group(working_group: WorkingGroup, insider: User, member: User) -> None:
    services.set_role(working_group, insider, Role.DEPUTY)
    mail.outbox.clear()
    assert services.request(working_group, member, "I keep payroll.")
    assert {letter.to[0] for letter in mail.outbox} == {"boss@example.org", "insider@example.org"}
    assert mail.outbox[0].subject == "A county finance director asks to join Privacy working group"
    assert "I keep payroll." in mail.outbox[0].body
    assert "/groups/privacy/desk/" in mail.outbox[0].body
    assert not services.request(working_group, member)
    assert JoinRequest.objects.count() == 1


def test_approving_makes_a_member_and_tells_them(working_group: WorkingGroup, member: User, boss: User) -> None:
    services.request(working_group, member)
    asked = JoinRequest.objects.get()
    mail.outbox.clear()
    assert services.approve(asked, boss, "Welcome, the next call is in May.")
    assert role_of(working_group, member) == Role.MEMBER
    (letter,) = mail.outbox
    assert letter.to == ["member@example.org"]
    assert "Welcome, the next call is in May." in letter.body
    assert "you are a member now" in letter.body
    assert not services.approve(asked, boss)
    assert not services.decline(asked, boss)


def test_declining_tells_and_makes_nobody_a_member(working_group: WorkingGroup, member: User, boss: User) -> None:
    services.request(working_group, member)
    asked = JoinRequest.objects.get()
    mail.outbox.clear()
    assert services.decline(asked, boss, "We are full this year.")
    assert role_of(working_group, member) is None
    (letter,) = mail.outbox
    assert "declined" in letter.body
    assert "We are full this year." in letter.body
    with pytest.raises(RefusedError, match="after a week"):
        services.request(working_group, member)
    JoinRequest.objects.update(answered_at=timezone.now() - timedelta(days=8))
    assert services.request(working_group, member)


def test_a_request_taken_back_is_answered_no_more(working_group: WorkingGroup, member: User, boss: User) -> None:
    services.request(working_group, member)
    asked = JoinRequest.objects.get()
    assert services.withdraw(working_group, member)
    assert not services.withdraw(working_group, member)
    assert not services.approve(asked, boss)
    assert role_of(working_group, member) is None


def test_nobody_asks_more_than_ten_groups_a_day(member: User, boss: User) -> None:
    for _ in range(services.REQUESTS_A_DAY):
        services.request(group(lead=boss).working_group, member)
    with pytest.raises(RefusedError, match="many groups today"):
        services.request(group(lead=boss).working_group, member)


@pytest.mark.parametrize("joining", [Joining.OPEN, Joining.INVITATION])
def test_a_group_that_takes_no_requests_says_so(joining: Joining, member: User, boss: User) -> None:
    with pytest.raises(RefusedError, match="does not take requests"):
        services.request(group(lead=boss, joining=joining).working_group, member)


def test_leaving_ends_what_hung_on_being_a_member(working_group: WorkingGroup, insider: User) -> None:
    told = []

    def hear(sender: object, user_id: int, page_id: int, **kwargs: object) -> None:
        told.append((user_id, page_id, insider.groups.exists()))

    membership_ended.connect(hear)
    try:
        assert services.leave(working_group, insider)
        assert not services.leave(working_group, insider)
    finally:
        membership_ended.disconnect(hear)
    assert told == [(insider.pk, working_group.pk, False)]


def test_the_last_lead_cannot_go_without_a_successor(working_group: WorkingGroup, boss: User, insider: User) -> None:
    services.set_role(working_group, insider, Role.DEPUTY)
    for act in (
        lambda: services.leave(working_group, boss),
        lambda: services.remove(working_group, boss),
        lambda: services.set_role(working_group, boss, Role.MEMBER),
        lambda: services.set_role(working_group, boss, Role.DEPUTY),
    ):
        with pytest.raises(RefusedError, match="needs a lead"):
            act()
    assert role_of(working_group, boss) == Role.LEAD
    services.set_role(working_group, insider, Role.LEAD)
    assert services.leave(working_group, boss)


def test_handing_over_makes_a_member_of_the_lead(working_group: WorkingGroup, boss: User, insider: User) -> None:
    mail.outbox.clear()
    assert services.hand_over(working_group, boss, insider)
    assert role_of(working_group, boss) == Role.MEMBER
    assert role_of(working_group, insider) == Role.LEAD
    assert not boss.get_all_permissions()
    (letter,) = mail.outbox
    assert letter.subject == "You run Privacy working group from now on"
    assert letter.to == ["insider@example.org"]
    assert not services.hand_over(working_group, boss, insider)


def test_a_group_is_handed_over_to_members_only(working_group: WorkingGroup, boss: User, member: User) -> None:
    with pytest.raises(RefusedError, match="to one of its members"):
        services.hand_over(working_group, boss, member)
    assert role_of(working_group, boss) == Role.LEAD


def test_an_archived_group_refuses_everything_but_leaving(
    working_group: WorkingGroup, boss: User, insider: User, member: User
) -> None:
    services.request(working_group, member)
    asked = JoinRequest.objects.get()
    assert services.archive(working_group)
    assert not services.archive(working_group)
    for act in (
        lambda: services.add(working_group, member),
        lambda: services.request(working_group, member),
        lambda: services.approve(asked, boss),
        lambda: services.decline(asked, boss),
        lambda: services.remove(working_group, insider),
        lambda: services.set_role(working_group, insider, Role.LEAD),
        lambda: services.hand_over(working_group, boss, insider),
        lambda: invitations.invite(working_group, "new@example.org", boss),
    ):
        with pytest.raises(RefusedError, match="archived"):
            act()
    assert services.leave(working_group, insider)
    assert services.activate(working_group)
    assert services.approve(asked, boss)


def test_a_paused_group_takes_nobody_in_by_any_door(
    working_group: WorkingGroup, boss: User, insider: User, member: User, other_member: User
) -> None:
    invitation, _new = invitations.invite(working_group, other_member.email, boss)
    services.request(working_group, member)
    asked = JoinRequest.objects.get()
    services.pause(working_group)
    for act in (
        lambda: services.request(working_group, other_member),
        lambda: services.approve(asked, boss),
        lambda: invitations.invite(working_group, "new@example.org", boss),
        lambda: invitations.accept(invitation, other_member),
    ):
        with pytest.raises(RefusedError, match="pauses"):
            act()
    assert role_of(working_group, member) is None
    assert role_of(working_group, other_member) is None
    assert services.leave(working_group, insider)
    services.activate(working_group)
    assert services.approve(asked, boss), "the request has waited"
    assert invitations.accept(invitation, other_member), "and so has the invitation"


# Invitations


def link_in(letter: mail.EmailMessage) -> tuple[int, str]:
    """The number and the secret in the link of an invitation's letter."""
    found = re.search(r"/groups/invitation/(\d+)-([0-9a-f]{40})/", str(letter.body))
    assert found
    return int(found[1]), found[2]


def test_an_invitation_goes_by_letter_and_is_accepted_by_its_owner(
    private_page: GroupPage, boss: User, member: User, other_member: User
) -> None:
    made = private_page.working_group
    mail.outbox.clear()
    invitation, new = invitations.invite(made, " Member@Example.org ", boss, "We need you.")
    assert new
    (letter,) = mail.outbox
    assert letter.to == ["member@example.org"]
    assert "We need you." in letter.body
    found = invitations.find(*link_in(letter))
    assert found == invitation
    assert not invitations.accept(invitation, other_member)
    assert role_of(made, other_member) is None
    assert invitations.accept(invitation, member)
    assert role_of(made, member) == Role.MEMBER
    assert not invitations.accept(invitation, member)


def test_the_table_holds_no_secret(private_page: GroupPage, boss: User) -> None:
    mail.outbox.clear()
    invitation, _new = invitations.invite(private_page.working_group, "new@example.org", boss)
    pk, secret = link_in(mail.outbox[0])
    row = GroupInvitation.objects.values().get(pk=pk)
    assert secret not in str(row)
    assert invitations.find(pk, secret) == invitation
    assert invitations.find(pk, "0" * 40) is None
    assert invitations.find(pk + 1, secret) is None


def test_inviting_again_sends_no_second_letter(working_group: WorkingGroup, boss: User) -> None:
    first, _new = invitations.invite(working_group, "new@example.org", boss)
    mail.outbox.clear()
    again, new = invitations.invite(working_group, "NEW@example.org", boss)
    assert (again, new) == (first, False)
    assert not mail.outbox


def test_an_invitation_taken_back_or_expired_is_worth_nothing(
    working_group: WorkingGroup, boss: User, member: User
) -> None:
    first, _new = invitations.invite(working_group, member.email, boss)
    assert invitations.revoke(first)
    assert not invitations.revoke(first)
    assert not invitations.accept(first, member)
    second, new = invitations.invite(working_group, member.email, boss)
    assert new
    GroupInvitation.objects.filter(pk=second.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert not invitations.accept(second, member)
    assert not invitations.open_to(working_group).exists()
    third, new = invitations.invite(working_group, member.email, boss)
    assert new
    assert invitations.accept(third, member)


def test_an_address_that_is_not_confirmed_accepts_nothing(working_group: WorkingGroup, boss: User) -> None:
    pretender = User.objects.create_user("pretender@example.org", name="Pretender")
    invitation, _new = invitations.invite(working_group, "pretender@example.org", boss)
    assert not invitations.accept(invitation, pretender)


def test_a_member_of_the_group_gets_no_letter(working_group: WorkingGroup, boss: User, insider: User) -> None:
    mail.outbox.clear()
    _invitation, new = invitations.invite(working_group, insider.email, boss)
    assert new
    assert not mail.outbox


def test_nobody_invites_more_than_sixty_a_day(working_group: WorkingGroup, boss: User) -> None:
    GroupInvitation.objects.bulk_create(
        GroupInvitation(group=working_group, email=f"{number}@example.org", nonce="x", invited_by=boss)
        for number in range(invitations.INVITATIONS_A_DAY)
    )
    with pytest.raises(RefusedError, match="many people today"):
        invitations.invite(working_group, "one-more@example.org", boss)


def test_a_closed_portal_opens_for_who_is_invited_to_a_group(
    working_group: WorkingGroup, boss: User, member: User, settings: object
) -> None:
    settings.SIGNUP_MODE = "invitation"  # type: ignore[attr-defined]
    mail.outbox.clear()
    invitations.invite(working_group, member.email, boss)
    assert len(mail.outbox) == 1
    mail.outbox.clear()
    invitations.invite(working_group, "new@example.org", boss)
    assert len(mail.outbox) == 2
    assert {letter.to[0] for letter in mail.outbox} == {"new@example.org"}


@pytest.mark.parametrize("end", [services.remove, services.leave])
def test_an_invitation_does_not_outlive_the_membership(
    end: Callable[[WorkingGroup, User], bool], private_page: GroupPage, boss: User, member: User
) -> None:
    made = private_page.working_group
    EmailAddress.objects.create(user=member, email="Second@example.org", verified=True)
    used, _new = invitations.invite(made, member.email, boss)
    second, _new = invitations.invite(made, "second@example.org", boss)
    others, _new = invitations.invite(made, "somebody-else@example.org", boss)
    services.add(made, member)
    assert list(invitations.open_to(made)) == [others]
    # A lead may invite an address without learning whether it is a member's.
    again, _new = invitations.invite(made, "second@example.org", boss)
    assert end(made, member)
    for invitation in (used, second, again):
        assert not invitations.accept(invitation, member)
    assert role_of(made, member) is None
    assert list(invitations.open_to(made)) == [others]
    fresh, _new = invitations.invite(made, member.email, boss)
    assert invitations.accept(fresh, member)


def test_invitations_end_with_the_removal_of_who_sent_them_and_stand_when_they_leave(
    working_group: WorkingGroup, boss: User, insider: User
) -> None:
    kept, _new = invitations.invite(working_group, "kept@example.org", boss)
    services.set_role(working_group, insider, Role.LEAD)
    gone, _new = invitations.invite(working_group, "gone@example.org", insider)
    assert services.remove(working_group, insider)
    assert list(invitations.open_to(working_group)) == [kept]
    gone.refresh_from_db()
    assert gone.revoked_at is not None
    services.add(working_group, insider, Role.LEAD)
    assert services.leave(working_group, boss)
    assert list(invitations.open_to(working_group)) == [kept]


# Whatever happens in whatever order: user groups say what memberships say, and there is a lead. Nobody comes
# back in by an invitation that was sent before they went.

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "join",
                "leave",
                "remove",
                "lead",
                "deputy",
                "member",
                "hand_over",
                "archive",
                "activate",
                "by_hand",
                "invite",
                "accept",
            ]
        ),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=25,
)


def act(made: WorkingGroup, name: str, user: User, other: User) -> None:
    acts = {
        "join": lambda: services.join(made, user),
        "leave": lambda: services.leave(made, user),
        "remove": lambda: services.remove(made, user),
        "lead": lambda: services.set_role(made, user, Role.LEAD),
        "deputy": lambda: services.set_role(made, user, Role.DEPUTY),
        "member": lambda: services.set_role(made, user, Role.MEMBER),
        "hand_over": lambda: services.hand_over(made, user, other),
        "archive": lambda: services.archive(made),
        "activate": lambda: services.activate(made),
        "by_hand": lambda: user.groups.set([made.leads_group]),
        "invite": lambda: invitations.invite(made, user.email, other),
        "accept": lambda: [invitations.accept(found, user) for found in GroupInvitation.objects.order_by("pk")],
    }
    try:
        acts[name]()
    except RefusedError:
        return


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(sequence=ACTS)
@example(sequence=[("invite", 2, 0), ("join", 2, 2), ("remove", 2, 2), ("accept", 2, 2)])
@example(sequence=[("join", 2, 2), ("invite", 2, 0), ("remove", 2, 2), ("accept", 2, 2)])
def test_user_groups_follow_memberships_and_there_is_always_a_lead(
    sequence: list[tuple[str, int, int]], working_group: WorkingGroup, boss: User, insider: User
) -> None:
    people = [boss, insider, *(_person(number) for number in range(2))]
    services.set_joining(working_group, Joining.OPEN)
    GroupInvitation.objects.all().delete()
    before = set(Membership.objects.filter(group=working_group).values_list("user_id", flat=True))
    welcome: set[int] = set()
    for name, first, second in sequence:
        act(working_group, name, people[first], people[second])
        memberships = dict(Membership.objects.filter(group=working_group).values_list("user_id", "role"))
        in_members = set(working_group.members_group.user_set.values_list("pk", flat=True))
        in_leads = set(working_group.leads_group.user_set.values_list("pk", flat=True))
        assert in_members == set(memberships)
        assert in_leads == {pk for pk, role in memberships.items() if role in {Role.LEAD, Role.DEPUTY}}
        assert Role.LEAD in memberships.values()
        welcome -= before - set(memberships)
        if name == "invite" and invitations.open_to(working_group).filter(email=people[first].email).exists():
            welcome.add(people[first].pk)
        if name == "accept":
            assert set(memberships) - before <= welcome
        before = set(memberships)


def _person(number: int) -> User:
    email = f"person-{number}@example.org"
    return User.objects.filter(email=email).first() or make_user(email, f"Person {number}")


def test_answered_requests_keep_who_answered(working_group: WorkingGroup, member: User, boss: User) -> None:
    services.request(working_group, member)
    services.approve(JoinRequest.objects.get(), boss)
    asked = JoinRequest.objects.get()
    assert (asked.answer, asked.answered_by) == (Answer.APPROVED, boss)

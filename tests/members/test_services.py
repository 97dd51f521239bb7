"""What members change of themselves is theirs, told to search at once, and undone without a trace."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.test import override_settings

from portal.accounts.models import User
from portal.accounts.services import accept_invitations, invite
from portal.core.viewer import VISITOR, viewer_for
from portal.members import services
from portal.members.models import Profile
from portal.search import services as search
from portal.search.contract import SearchQuery
from portal.search.models import SearchEntry
from tests.factories.members import profiled, with_portrait
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def hits(words: str, viewer: Any) -> list[int]:
    return [hit.pk for hit in search.search(SearchQuery(text=words, kinds=("member",)), viewer).hits]


def test_a_profile_is_made_with_the_account_and_shows_the_name_to_members_only(member: User) -> None:
    profile = Profile.objects.get(user=member)
    assert profile.show_name == "members"
    assert not Profile.objects.visible(VISITOR).exists()


def test_an_account_older_than_the_directory_gets_its_profile_when_it_is_asked_for(member: User) -> None:
    Profile.objects.filter(user=member).delete()
    assert services.profile_of(User.objects.get(pk=member.pk)).pk == member.pk
    assert hits("finance", viewer_for(member)) == [member.pk]


def test_saying_the_same_again_changes_nothing(member: User) -> None:
    terms = [concept(scheme=SchemeFactory(slug="service-line"))]
    values: dict[str, Any] = {"role": "Treasurer", "service_lines": terms, "languages": ["en"], "about": "*Hello*"}
    assert services.update(member, show={"role": "all"}, **values)
    assert not services.update(member, show={"role": "all"}, **values)
    assert Profile.objects.get(user=member).html == "<p><em>Hello</em></p>\n"


@pytest.mark.parametrize("wrong", [{"rolle": "x"}, {"show": {"shoe": "all"}}])
def test_a_part_that_there_is_not_is_refused(wrong: dict[str, Any], member: User) -> None:
    with pytest.raises(TypeError, match="A profile has no"):
        services.update(member, **wrong)


def test_a_change_is_found_at_once_and_a_hidden_part_no_longer(member: User, other_member: User) -> None:
    services.update(member, about="We counted every widget.")
    assert hits("widget", viewer_for(other_member)) == [member.pk]
    assert hits("widget", VISITOR) == []
    services.update(member, show={"about": "nobody"})
    assert hits("widget", viewer_for(other_member)) == []
    assert hits("widget", viewer_for(member)) == []


def test_a_closed_account_leaves_search_and_comes_back(member: User, other_member: User) -> None:
    member.is_active = False
    member.save()
    assert hits("finance", viewer_for(other_member)) == []
    member.is_active = True
    member.save()
    assert hits("finance", viewer_for(other_member)) == [member.pk]
    member.delete()
    assert hits("finance", viewer_for(other_member)) == []


def test_an_account_whose_address_is_not_confirmed_is_not_listed(other_member: User) -> None:
    stranger = User.objects.create_user("stranger@example.org", name="Buy my lamps")
    address = EmailAddress.objects.create(user=stranger, email=stranger.email, verified=False, primary=True)
    services.settle(stranger.pk)
    assert not Profile.objects.active().filter(pk=stranger.pk).exists()
    assert hits("lamps", viewer_for(other_member)) == []
    EmailAddress.objects.filter(pk=address.pk).update(verified=True)
    services.settle(stranger.pk)
    assert hits("lamps", viewer_for(other_member)) == [stranger.pk]


def test_search_is_told_of_no_sign_in(member: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        member.save(update_fields=["last_login"])


def test_a_new_portrait_takes_the_place_and_the_file_of_the_old(
    member: User, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with_portrait(member)
    first = Profile.objects.get(user=member).portrait.name
    with django_capture_on_commit_callbacks(execute=True):
        with_portrait(member)
    second = Profile.objects.get(user=member).portrait.name
    assert first != second
    assert not default_storage.exists(str(first))
    assert default_storage.exists(str(second))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.remove_portrait(member)
    assert not services.remove_portrait(member)
    assert not list(media.rglob("*.webp"))


def test_the_portrait_goes_with_the_account(member: User, media: Path, django_capture_on_commit_callbacks: Any) -> None:
    with_portrait(member)
    with django_capture_on_commit_callbacks(execute=True):
        User.objects.get(pk=member.pk).delete()
    assert not list(media.rglob("*.webp"))
    assert not SearchEntry.objects.filter(kind="member", object_pk=member.pk).exists()


def test_what_a_list_said_fills_what_is_empty_once_the_invitation_is_accepted(editor: User) -> None:
    place = concept("Iowa", scheme=SchemeFactory(slug="place"), slug="iowa")
    line = concept("Payroll", scheme=SchemeFactory(slug="service-line"), slug="payroll")
    said = {
        "organisation": "A town",
        "role": "Clerk",
        "place": "iowa",
        "service_lines": ["payroll"],
        "languages": ["fr"],
    }
    invite("new@example.org", editor, data=said)
    user = User.objects.create_user("new@example.org", name="A new clerk", organisation="My own words")
    assert Profile.objects.get(user=user).role == ""
    assert accept_invitations(user, "new@example.org")
    profile = Profile.objects.select_related("user").get(user=user)
    assert (profile.role, profile.place, profile.languages) == ("Clerk", place, ["fr"])
    assert list(profile.service_lines.all()) == [line]
    assert profile.user.organisation == "My own words"
    assert profile.show_role == "members"


def test_what_a_list_said_of_terms_that_are_gone_is_left_out(member: User) -> None:
    assert not services.fill(member, {"place": "atlantis", "service_lines": ["alchemy"]})
    assert services.fill(member, {"role": "Clerk", "place": "atlantis"})
    assert not services.fill(member, {"role": "Somebody else"})


def test_queries_for_a_profile_are_bounded(django_assert_max_num_queries: Any) -> None:
    one = profiled(role="Clerk")
    with django_assert_max_num_queries(27):
        services.update(one, role="Head clerk", show={"role": "all"})

"""What Wagtail and the audiences know of a group: rights of leads, user groups, collections, restrictions."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, PageViewRestriction
from wagtail.permissions import policy_registry

from portal.accounts.models import User
from portal.core.closing import is_closed
from portal.core.models import CollectionGate
from portal.core.viewer import VISITOR, viewer_for
from portal.groups import rights, services, ticks
from portal.groups.models import GroupPage, Membership, Role, State, Visibility, WorkingGroup
from portal.home.models import HomePage
from tests.factories.groups import group, news
from tests.factories.pages import plain_page

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def may_use_files(user: User) -> bool:
    policy = policy_registry.get_by_type(get_document_model())
    return policy.user_has_any_permission(user, ["add", "change", "choose"])


def sees(user: User | None, page: Page) -> bool:
    """Whether the user's audiences admit them to the page, resolved anew as for a new request."""
    viewer = viewer_for(User.objects.get(pk=user.pk)) if user else VISITOR
    return GroupPage.objects.visible(viewer).filter(pk=page.pk).exists()


def file_in(collection: Collection) -> object:
    model = get_document_model()
    document = model(title="Draft", collection=collection)
    document.file.save("draft.txt", ContentFile(b"words"), save=True)
    return document


def test_a_page_made_anywhere_founds_a_private_group(home: HomePage, member: User) -> None:
    page = GroupPage(title="New", slug="new")
    plain_page().add_child(instance=page)
    made = WorkingGroup.objects.get(page=page)
    assert (made.state, made.joining, made.visibility) == (State.ACTIVE, "request", Visibility.PRIVATE)
    assert not sees(None, page)
    assert not sees(member, page)


def test_founding_twice_is_founding_once(page: GroupPage) -> None:
    again = services.found(page)
    assert again.members_group_id == page.working_group.members_group_id
    assert WorkingGroup.objects.filter(page=page).count() == 1


def test_a_lead_writes_below_the_group_and_nowhere_else(page: GroupPage, boss: User, home: HomePage) -> None:
    other = group()
    elsewhere = plain_page()
    below = news(page)
    for allowed in (page, below):
        tester = allowed.permissions_for_user(boss)
        assert tester.can_edit()
        assert tester.can_publish()
    assert page.permissions_for_user(boss).can_add_subpage()
    for forbidden in (home, other, elsewhere, page.get_parent().specific):
        tester = forbidden.permissions_for_user(boss)
        assert not tester.can_edit()
        assert not tester.can_publish()
        assert not tester.can_add_subpage()


@pytest.mark.parametrize("model", [get_document_model, get_image_model])
def test_a_lead_uses_the_groups_collection_only(model: Callable[[], type], page: GroupPage, boss: User) -> None:
    other = group()
    policy = policy_registry.get_by_type(model())
    for action in ("add", "change", "choose"):
        allowed = policy.collections_user_has_permission_for(boss, action)
        assert [collection.pk for collection in allowed] == [page.working_group.collection_id]
    assert other.working_group.collection_id != page.working_group.collection_id


def test_a_lead_may_enter_the_admin_and_do_no_other_thing_by_it(page: GroupPage, boss: User) -> None:
    assert boss.get_all_permissions() == {"wagtailadmin.access_admin"}


def test_a_member_has_no_right_to_write(page: GroupPage, insider: User) -> None:
    assert not insider.get_all_permissions()
    assert not page.permissions_for_user(insider).can_edit()
    assert not may_use_files(insider)


def test_an_archived_group_is_closed_and_its_leads_write_no_more(page: GroupPage, boss: User) -> None:
    board = news(page)
    services.archive(page.working_group)
    assert is_closed(Page.objects.get(pk=board.pk))
    assert not page.permissions_for_user(boss).can_edit()
    assert not may_use_files(boss)
    services.activate(page.working_group)
    again = User.objects.get(pk=boss.pk)
    assert not is_closed(Page.objects.get(pk=board.pk))
    assert page.permissions_for_user(again).can_publish()
    assert may_use_files(again)


def test_visibility_decides_who_sees(page: GroupPage, member: User, insider: User) -> None:
    wanted = {
        Visibility.PRIVATE: (False, False, True),
        Visibility.MEMBERS: (False, True, True),
        Visibility.PUBLIC: (True, True, True),
    }
    below = news(page)
    for visibility, expected in (*wanted.items(), *wanted.items()):
        services.set_visibility(page.working_group, visibility)
        assert tuple(sees(user, page) for user in (None, member, insider)) == expected
        assert Page.objects.get(pk=below.pk).gate.audience_id == page.gate.__class__.objects.get(pk=page.pk).audience_id


def test_the_groups_files_have_the_gate_of_its_page(page: GroupPage) -> None:
    gate = CollectionGate.objects.get(collection=page.working_group.collection_id)
    assert gate.audience.key == ""
    services.set_visibility(page.working_group, Visibility.PRIVATE)
    gate.refresh_from_db()
    assert gate.audience.key == str(page.working_group.members_group_id)


def test_a_group_inside_a_private_group_needs_both(page: GroupPage, private_page: GroupPage, member: User) -> None:
    inner = group(private_page, title="Inner", visibility=Visibility.PUBLIC, members=[member])
    assert not sees(member, inner)
    services.add(private_page.working_group, member)
    assert sees(member, inner)


def test_a_group_moved_under_a_private_one_needs_both_and_takes_its_collection_with_it(
    page: GroupPage, private_page: GroupPage, insider: User, member: User
) -> None:
    services.set_visibility(page.working_group, Visibility.MEMBERS)
    assert sees(member, page)
    page.move(private_page, pos="last-child")
    assert not sees(member, page)
    assert sees(insider, page)
    moved = Collection.objects.get(pk=page.working_group.collection_id)
    assert moved.get_parent().pk == private_page.working_group.collection_id
    key = CollectionGate.objects.get(collection=moved).audience.key
    assert key == str(private_page.working_group.members_group_id)
    GroupPage.objects.get(pk=page.pk).move(HomePage.objects.get(), pos="last-child")
    assert Collection.objects.get(pk=moved.pk).is_child_of(Collection.get_first_root_node())
    assert sees(member, page)


def test_a_copy_is_another_group_and_private(page: GroupPage, boss: User, insider: User) -> None:
    copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"})
    made = WorkingGroup.objects.get(page=copy.pk)
    assert made.visibility == Visibility.PRIVATE
    assert made.members_group_id != page.working_group.members_group_id
    assert made.collection_id != page.working_group.collection_id
    assert not made.memberships.exists()
    assert not sees(insider, copy)
    assert not copy.permissions_for_user(boss).can_edit()


def test_a_copy_of_a_private_group_is_not_for_the_members_of_the_original(
    private_page: GroupPage, insider: User, member: User, administrator: User, client_of: ClientOf
) -> None:
    address = f"/admin/pages/{private_page.pk}/copy/"
    parent = private_page.get_parent()
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": parent.pk, "publish_copies": "on"}
    assert client_of(administrator).post(address, data).status_code == 302
    copy = GroupPage.objects.get(slug="copy")
    services.add(copy.working_group, member)
    assert sees(member, copy)
    assert not sees(insider, copy)
    assert PageViewRestriction.objects.filter(page=copy).count() == 1


def test_a_deleted_group_leaves_no_rights_and_no_empty_collection(page: GroupPage, boss: User) -> None:
    made = page.working_group
    page.delete()
    assert not Group.objects.filter(pk__in=[made.members_group_id, made.leads_group_id]).exists()
    assert not GroupPagePermission.objects.filter(group=made.leads_group_id).exists()
    assert not GroupCollectionPermission.objects.filter(group=made.leads_group_id).exists()
    assert not Collection.objects.filter(pk=made.collection_id).exists()
    assert not User.objects.get(pk=boss.pk).groups.exists()


def test_files_of_a_deleted_group_are_kept_and_seen_by_nobody(page: GroupPage, boss: User, member: User) -> None:
    made = page.working_group
    document = file_in(made.collection)
    page.delete()
    gate = CollectionGate.objects.get(collection=made.collection_id)
    for user in (boss, member):
        assert gate.audience_id not in viewer_for(User.objects.get(pk=user.pk)).audiences
    assert get_document_model().objects.filter(pk=document.pk).exists()  # type: ignore[attr-defined]


def test_nested_groups_are_deleted_together(page: GroupPage) -> None:
    inner = group(page)
    GroupPage.objects.get(pk=page.pk).delete()
    assert not WorkingGroup.objects.exists()
    assert not Group.objects.filter(name__contains=str(inner.pk)).exists()


def test_the_user_groups_cannot_be_deleted_while_the_group_lives(page: GroupPage) -> None:
    with pytest.raises(ProtectedError):
        page.working_group.members_group.delete()


def test_putting_somebody_into_the_user_group_makes_no_member(page: GroupPage, member: User, insider: User) -> None:
    made = page.working_group
    member.groups.add(made.members_group, made.leads_group)
    assert not member.groups.exists()
    made.members_group.user_set.add(member)
    assert not member.groups.exists()
    insider.groups.clear()
    assert [found.pk for found in insider.groups.all()] == [made.members_group_id]
    made.members_group.user_set.remove(insider)
    assert insider.groups.filter(pk=made.members_group_id).exists()
    made.members_group.user_set.clear()
    assert made.members_group.user_set.count() == 2


def test_an_editor_keeps_other_user_groups(page: GroupPage, editor: User) -> None:
    services.add(page.working_group, editor)
    assert editor.groups.count() == 2
    services.remove(page.working_group, editor)
    assert [found.name for found in editor.groups.all()] == ["Editors"]


def test_the_night_mends_what_was_changed_past_the_portal(
    page: GroupPage, private_page: GroupPage, member: User
) -> None:
    made = private_page.working_group
    rights.IN_GROUP.objects.create(user=member, group=made.members_group)
    rights.IN_GROUP.objects.filter(group=made.leads_group).delete()
    GroupPagePermission.objects.filter(group=made.leads_group).delete()
    PageViewRestriction.objects.filter(page=private_page).delete()
    assert sees(member, private_page)
    assert "mended" in ticks.reconcile()
    assert not sees(member, private_page)
    assert sees(None, page)
    assert GroupPagePermission.objects.filter(group=made.leads_group).count() == len(rights.PAGE_VERBS)
    assert ticks.reconcile() == ""


def test_the_night_makes_a_deputy_lead_when_the_last_lead_has_gone(page: GroupPage, boss: User, insider: User) -> None:
    services.set_role(page.working_group, insider, Role.DEPUTY)
    boss.delete()
    ticks.reconcile()
    assert Membership.objects.get(user=insider, group=page.working_group).role == Role.LEAD

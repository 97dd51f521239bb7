"""Editors write and send for review, moderators publish: on the portal's own tree, by Wagtail's own rules."""

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Page, Workflow

from portal.accounts.models import User
from portal.home.models import HomePage, StandardPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(home: HomePage) -> StandardPage:
    page = StandardPage(title="A plan", slug="a-plan", live=False)
    home.add_child(instance=page)
    page.save_revision()
    return page


def test_the_workflow_holds_for_the_home_page(home: HomePage) -> None:
    workflow = home.get_workflow()
    assert isinstance(workflow, Workflow)
    assert [task.name for task in workflow.tasks] == ["Moderators approval"]
    (task,) = workflow.tasks
    assert [group.name for group in task.specific.groups.all()] == ["Moderators"]


def test_an_editor_writes_but_does_not_publish(home: HomePage, editor: User, draft: StandardPage) -> None:
    on_home = home.permissions_for_user(editor)
    assert on_home.can_add_subpage()
    assert not on_home.can_publish_subpage()
    on_draft = draft.permissions_for_user(editor)
    assert on_draft.can_edit()
    assert on_draft.can_submit_for_moderation()
    assert not on_draft.can_publish()


def test_a_moderator_publishes(home: HomePage, moderator: User, draft: StandardPage) -> None:
    allowed = draft.permissions_for_user(moderator)
    assert allowed.can_edit()
    assert allowed.can_publish()
    assert allowed.can_unpublish() is False
    assert allowed.can_lock()


def test_a_member_does_nothing(home: HomePage, member: User, draft: StandardPage) -> None:
    allowed = draft.permissions_for_user(member)
    assert not any((allowed.can_edit(), allowed.can_publish(), allowed.can_add_subpage()))


def test_what_an_editor_sends_for_review_a_moderator_puts_live(
    draft: StandardPage, editor: User, moderator: User, client_of: Callable[[User], Client]
) -> None:
    workflow = draft.get_workflow()
    state = workflow.start(draft, editor)
    assert not Page.objects.get(pk=draft.pk).live
    action = f"/admin/pages/workflow/action/{draft.pk}/approve/{state.current_task_state.pk}/"
    client_of(editor).post(action)
    assert not Page.objects.get(pk=draft.pk).live
    client_of(moderator).post(action, {"comment": ""})
    assert Page.objects.get(pk=draft.pk).live

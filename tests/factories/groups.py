"""Working groups in a few words. They are founded through the services, so user groups, rights and gates are right."""

from collections.abc import Iterable
from typing import Any

from wagtail.models import Page

from portal.accounts.models import User
from portal.groups import services
from portal.groups.models import GroupIndexPage, GroupNewsPage, GroupPage, Joining, Role, State, Visibility
from tests.factories.pages import add, index


def group(
    parent: Page | None = None,
    *,
    lead: User | None = None,
    deputies: Iterable[User] = (),
    members: Iterable[User] = (),
    visibility: Visibility = Visibility.PUBLIC,
    joining: Joining = Joining.REQUEST,
    state: State = State.ACTIVE,
    **fields: Any,
) -> GroupPage:
    """A published group below `parent`, or below the index at /groups/; its `working_group` is ready to use."""
    page = GroupPage(**{"summary": "What it does, in a sentence.", **fields})
    add(parent or index(GroupIndexPage, "groups"), page)
    made = services.found(page, lead=lead, visibility=visibility, joining=joining)
    for user in deputies:
        services.add(made, user, Role.DEPUTY)
    for user in members:
        services.add(made, user)
    services.set_state(made, state)
    return GroupPage.objects.select_related("working_group").get(pk=page.pk)


def news(parent: GroupPage, **fields: Any) -> GroupNewsPage:
    """News of a group."""
    return add(parent, GroupNewsPage(**{"summary": "What is new.", **fields}))

"""Three groups: a public one with a lead and a member, and a private one of which the others know nothing."""

import pytest

from portal.accounts.models import User
from portal.groups.models import GroupPage, Visibility, WorkingGroup
from tests.conftest import make_user
from tests.factories.groups import group


@pytest.fixture
def boss(db: None) -> User:
    """Leads both groups."""
    return make_user("boss@example.org", "A working group lead")


@pytest.fixture
def insider(db: None) -> User:
    """A member of both groups."""
    return make_user("insider@example.org", "A working group member")


@pytest.fixture
def page(home: object, boss: User, insider: User) -> GroupPage:
    return group(title="Privacy working group", slug="privacy", lead=boss, members=[insider])


@pytest.fixture
def working_group(page: GroupPage) -> WorkingGroup:
    return page.working_group


@pytest.fixture
def private_page(home: object, boss: User, insider: User) -> GroupPage:
    return group(
        title="Quiet security circle",
        slug="security",
        lead=boss,
        members=[insider],
        visibility=Visibility.PRIVATE,
    )

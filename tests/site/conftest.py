"""Who walks the table of addresses, and what its addresses name."""

import pytest

from portal.accounts.models import User
from tests.site.rows import make_sample


@pytest.fixture
def cast(
    member: User,
    group_member: User,
    lead: User,
    editor: User,
    moderator: User,
    administrator: User,
    steward: User,
) -> list[User | None]:
    """The eight in the order of `CAST`."""
    return [None, member, group_member, lead, editor, moderator, administrator, steward]


@pytest.fixture
def sample(cast: list[User | None]) -> dict[str, str]:
    return make_sample(cast)

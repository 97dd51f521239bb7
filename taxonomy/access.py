"""Who may change the vocabulary in the admin, beyond the model permissions of their groups."""

from typing import Any

from portal.core.viewer import viewer_for
from taxonomy.models import Status

SETTLED = frozenset({Status.AGREED, Status.DEPRECATED})


def can_settle(user: Any) -> bool:
    """Whether `user` may agree on a term, change an agreed one, or retire it: moderators and administrators."""
    return viewer_for(user).is_moderator


def can_edit(user: Any, status: str) -> bool:
    """Whether `user`, being an editor, may edit a term of this status: drafts and proposals, and all for moderators."""
    return status not in SETTLED or can_settle(user)

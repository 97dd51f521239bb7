"""Who may propose, discuss and settle, and who may change the vocabulary in the admin beyond the model permissions.

`can_*` asks, `check_*` raises Http404: forbidden looks like missing. Proposals are what `visible(viewer)` gave.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.core import standing
from portal.core.viewer import Viewer, viewer_for
from taxonomy.models import Concept, GlossaryPage, Proposal, Status

SETTLED = frozenset({Status.AGREED, Status.DEPRECATED})


def is_withheld_from(viewer: Viewer) -> bool:
    """Whether there is a glossary and it is not for `viewer`, so that no other way may lead to its words: one query."""
    audiences = set(GlossaryPage.objects.live().values_list("gate__audience_id", flat=True))
    return bool(audiences) and audiences.isdisjoint(viewer.audiences)


def can_settle(user: Any) -> bool:
    """Whether `user` may agree on a term, change an agreed one, or retire it: stewards and administrators."""
    return viewer_for(user).is_steward


def can_edit(user: Any, status: str) -> bool:
    """Whether `user`, being an editor, may edit a term of this status: drafts and proposals, and all for stewards."""
    return status not in SETTLED or can_settle(user)


def require_steward(user: Any) -> None:
    """The last door before a term is settled for a proposal, whatever led there. Raises PermissionDenied."""
    if not can_settle(user):
        raise PermissionDenied("Only a terminology steward settles a term.")


def can_propose_change(viewer: Viewer, concept: Concept) -> bool:
    """Members who are not suspended propose changes to every term that is still in use."""
    return standing.can_write(viewer) and concept.status != Status.DEPRECATED


def can_discuss(viewer: Viewer, proposal: Proposal) -> bool:
    """Members who are not suspended write and take a stand while a proposal is open."""
    return standing.can_write(viewer) and proposal.is_open and not proposal.hidden


def can_revise(viewer: Viewer, proposal: Proposal) -> bool:
    """The proposer rewrites or withdraws a proposal while it is open."""
    own = standing.can_write(viewer) and viewer.user_id == proposal.proposer_id
    return own and proposal.is_open and not proposal.hidden


def can_decide(viewer: Viewer, proposal: Proposal) -> bool:
    """Stewards settle what is open."""
    return viewer.is_steward and proposal.is_open


def can_hide(viewer: Viewer) -> bool:
    """Moderators keep order here as on the boards; stewards in their own house."""
    return viewer.is_moderator or viewer.is_steward


def check(allowed: bool) -> None:
    """Raises Http404 for what is not allowed."""
    if not allowed:
        raise Http404

"""What a member wrote about the vocabulary. It lies below and knows no moderation, so it is registered here."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from portal.moderation import kinds
from portal.moderation.kinds import Writings
from taxonomy.models import Proposal
from taxonomy.services import purging


def count(member_id: int) -> Sequence[tuple[str, int]]:
    """Two queries."""
    return [
        (_("Proposals of terms"), Proposal.objects.filter(proposer=member_id).count()),
        (_("Remarks on proposals"), purging.remarks_of(member_id).count()),
    ]


kinds.register_writings("taxonomy", Writings(count, purging.hide_all, purging.show_all, purging.lock))

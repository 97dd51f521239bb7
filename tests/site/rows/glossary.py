"""Proposals for the glossary: one that a member of the cast has made, with a remark, and a watch of theirs."""

from collections.abc import Sequence

from portal.accounts.models import User
from taxonomy import watching
from taxonomy.models import Concept, Watch
from taxonomy.services import proposals
from tests.site.rows import MEMBERS_ONLY, Rows
from tests.site.sample import make_concepts

AT = "{glossary}proposals/{proposal_pk}/"
MEMBERS_ACT = (302, 302, 302, 302, 302, 302, 302, 302)
PROPOSER_ONLY = (302, 200, 404, 404, 404, 404, 404, 404)

ROWS: Rows = {
    "taxonomy.GlossaryPage feed/": ("{glossary}feed/", 200, 200),
    "taxonomy.GlossaryPage propose/": ("{glossary}propose/", MEMBERS_ONLY, MEMBERS_ONLY),
    "taxonomy.GlossaryPage proposals/": ("{glossary}proposals/", 200, 200),
    "taxonomy.GlossaryPage proposals/feed/": ("{glossary}proposals/feed/", 200, 200),
    "taxonomy.GlossaryPage proposals/letters/": (
        "{glossary}proposals/letters/",
        405,
        (302, 404, 404, 404, 404, 404, 302, 302),
    ),
    "taxonomy.GlossaryPage proposals/<id:pk>/": (AT, 200, 200),
    "taxonomy.GlossaryPage proposals/<id:pk>/revise/": (AT + "revise/", PROPOSER_ONLY, PROPOSER_ONLY),
    "taxonomy.GlossaryPage proposals/<id:pk>/<slug:action>/": (
        AT + "decide/",
        405,
        (302, 404, 404, 404, 404, 404, 200, 200),
    ),
    "taxonomy.GlossaryPage proposals/<id:pk>/remarks/<id:remark>/<slug:action>/": (
        AT + "remarks/{remark_pk}/hide/",
        405,
        (302, 404, 404, 404, 404, 302, 302, 302),
    ),
    "taxonomy.GlossaryPage shared/": ("{glossary}shared/", 200, 200),
    "taxonomy.GlossaryPage <str:slug>/history/": ("{glossary}fleet/history/", 200, 200),
    "taxonomy.GlossaryPage <str:slug>/propose/": ("{glossary}fleet/propose/", MEMBERS_ONLY, MEMBERS_ONLY),
    "taxonomy.GlossaryPage <str:slug>/watch/": ("{glossary}fleet/watch/", 405, MEMBERS_ACT),
    "unsubscribe/<str:token>/": ("{ending}", 200, 200),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """A change of one term, proposed and commented on."""
    make_concepts()
    concept = Concept.objects.get(slug="fleet")
    wanted = proposals.Wanted("Fleet", "Vehicles of an administration and who looks after them.")
    proposal, _made = proposals.propose(cast[1], concept.scheme, wanted, reason="No definition.", concept=concept)
    remark, _made = proposals.comment(proposal, cast[2], "Good.")
    return {
        "proposal_pk": str(proposal.pk),
        "remark_pk": str(remark.pk),
        "ending": watching.ending_of(Watch.objects.get(proposal=proposal, member=cast[1]).pk),
    }

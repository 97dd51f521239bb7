"""Open proposals, and words that several terms go by, wait for terminology stewards."""

from collections.abc import Iterator

from django.utils.translation import ngettext

from portal.core import waiting
from portal.core.viewer import Viewer
from taxonomy import shared_labels
from taxonomy.models import Proposal

PROPOSALS = "/glossary/proposals/"
SHARED = "/glossary/shared/"


def for_stewards(viewer: Viewer) -> Iterator[waiting.Line]:
    """For who settles terms: two queries, and what the process keeps of the vocabulary."""
    if not viewer.is_steward:
        return
    number = Proposal.objects.visible(viewer).open().count()
    if number:
        sentence = ngettext(
            "%(number)s proposal for the vocabulary is open.",
            "%(number)s proposals for the vocabulary are open.",
            number,
        )
        yield waiting.Line(sentence % {"number": number}, PROPOSALS)
    number = len(shared_labels.all_shared())
    if number:
        sentence = ngettext("%(number)s word means several terms.", "%(number)s words mean several terms each.", number)
        yield waiting.Line(sentence % {"number": number}, SHARED)


waiting.register("vocabulary", for_stewards, order=50)

"""A good answer on the boards becomes the proposal of a term, which is then discussed and settled like any other."""

import re
from collections.abc import Iterable, Mapping

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import nominating
from portal.core.nominating import Nomination, RefusedError
from portal.core.numbers import ids_in
from portal.core.references import Link
from portal.core.viewer import Viewer
from taxonomy.forms_proposals import LONGEST_TEXT
from taxonomy.models import Proposal, Scheme
from taxonomy.models.proposals import State, proposal_url
from taxonomy.rules import VocabularyError
from taxonomy.services import proposals
from taxonomy.services.proposals import Wanted

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def _schemes() -> list[tuple[str, str]]:
    return [(str(pk), title) for pk, title in Scheme.objects.values_list("pk", "title")]


def _propose(nomination: Nomination) -> str:
    scheme = next((one for one in Scheme.objects.all() if str(one.pk) == nomination.place), None)
    if scheme is None:
        raise RefusedError(_("Choose a scheme."))
    link = f"[{_as_text(nomination.source_title)}]({nomination.source_url})"
    credit = _as_text(nomination.credit)
    reason = _("Put forward from an answer by %s.") % credit if credit else _("Put forward from an answer.")
    definition = Truncator(nomination.text).chars(LONGEST_TEXT)
    try:
        made, _created = proposals.propose(
            nomination.by, scheme, Wanted(nomination.title, definition), reason=reason, sources=link
        )
    except VocabularyError as error:
        raise RefusedError(" ".join(error.messages)) from error
    return str(made.pk)


def _as_text(words: str) -> str:
    """`words` in Markdown that shows them as they are."""
    return _MARKS.sub(r"\\\1", words)


def _links(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The visible proposals among `keys` (ids as text): one query."""
    ids = ids_in(keys)
    found = Proposal.objects.visible(viewer).filter(pk__in=ids).values_list("pk", "title", "state")
    return {str(pk): Link(title, proposal_url(pk), label=str(State(state).label)) for pk, title, state in found}


nominating.register(
    nominating.Kind(
        name="term",
        label=gettext_lazy("A term of the glossary"),
        note=gettext_lazy("Members discuss it, and a terminology steward settles it."),
        place_label=gettext_lazy("Scheme"),
        places=_schemes,
        nominate=_propose,
        links=_links,
    )
)

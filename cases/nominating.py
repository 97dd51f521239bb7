"""A good answer on the boards becomes the draft of a case, which awaits research like any other nomination."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import CasePage, CaseStatus
from cases.querysets import index_pk
from portal.core import nominated, nominating
from portal.core.nominating import Nomination, RefusedError


def _places() -> list[tuple[str, str]]:
    """All cases stand in one place."""
    return []


def _nominate(nomination: Nomination) -> str:
    parent_id = index_pk()
    if parent_id is None:
        raise RefusedError(_("There is no place for case studies here."))
    source = {
        "short": _("Boards"),
        "title": nomination.source_title,
        "publisher": "",
        "url": nomination.address,
        "note": nomination.credit_line,
    }
    draft = CasePage(status=CaseStatus.NOMINATION, sources=[("source", source)])
    return nominated.add_draft(parent_id, draft, nomination)


nominating.register(
    nominating.Kind(
        name="case",
        label=gettext_lazy("A case study"),
        note=gettext_lazy("It waits unpublished until an editor has looked into it."),
        place_label="",
        places=_places,
        nominate=_nominate,
        links=nominated.links,
    )
)

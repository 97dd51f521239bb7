"""The public pages about proposals: the list, and each with its discussion."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.accounts.signing_in import sign_in_url
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from taxonomy import contents, presenting, watching
from taxonomy.forms_proposals import CommentForm, DecisionForm, StandForm
from taxonomy.models import Proposal
from taxonomy.views_proposing import find_proposal

if TYPE_CHECKING:
    from taxonomy.models import GlossaryPage

ON_A_PAGE = 20
SHOW = ("open", "settled", "all")


def index(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    """GET /glossary/proposals/[?show=settled|all][&page=n]"""
    viewer, show = viewer_of(request), request.GET.get("show", "")
    show = show if show in SHOW else SHOW[0]
    found = presenting.listed(viewer)
    if show == "open":
        found = found.open()
    elif show == "settled":
        found = found.settled().order_by("-settled_at", "-pk")
    page_obj = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "page_url": page_url(page),
        "page_obj": page_obj,
        "rows": presenting.rows(list(page_obj.object_list)),
        "show": show,
        "gets_letters": watching.hears_as_steward(viewer.user_id) if viewer.is_steward and viewer.user_id else None,
        "shows": tuple(zip(SHOW, (_("Open"), _("Settled"), _("All")), strict=True)),
    }
    return render(request, "taxonomy/proposals.html", context)


def detail(request: HttpRequest, page: "GlossaryPage", pk: int) -> HttpResponse:
    """GET /glossary/proposals/<pk>/"""
    return proposal_page(request, page, find_proposal(request, pk))


def proposal_page(request: HttpRequest, page: "GlossaryPage", proposal: Proposal, **forms: Any) -> HttpResponse:
    """The proposal with its forms; one of them may hold what was typed and what was wrong with it."""
    viewer = viewer_of(request)
    shown = presenting.ProposalPage(proposal, viewer)
    context = {
        "page": page,
        "page_url": page_url(page),
        "proposal": proposal,
        "shown": shown,
        "similar": presenting.similar(proposal, viewer) if proposal.is_open else [],
        "comment_form": CommentForm() if shown.may_discuss else None,
        "stand_form": StandForm() if shown.may_discuss else None,
        "decision_form": _decision_form(proposal) if shown.may_decide else None,
        "sign_in_url": sign_in_url(proposal.url),
        **{f"{name}_form": form for name, form in forms.items()},
    }
    return render(request, "taxonomy/proposal.html", context)


def _decision_form(proposal: Proposal) -> DecisionForm:
    return DecisionForm(initial={"seen": contents.fingerprint(proposal)})

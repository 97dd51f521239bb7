"""What the buttons on a proposal's page do. Each takes a POST, checks, calls one service and leads back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts import second_factor
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core import ratelimit
from portal.core.viewer import viewer_of
from taxonomy import access, contents, watching
from taxonomy.forms_proposals import CommentForm, DecisionForm, StandForm
from taxonomy.models import Proposal, Remark
from taxonomy.rules import VocabularyError
from taxonomy.services import deciding
from taxonomy.services import proposals as services
from taxonomy.views_proposals import proposal_page
from taxonomy.views_proposing import find_proposal

if TYPE_CHECKING:
    from taxonomy.models import GlossaryPage

HOUR = 3600
COMMENTS_AN_HOUR = 40
STANDS_AN_HOUR = 60

Action = Callable[[HttpRequest, "GlossaryPage", Proposal], HttpResponse]


def proposal_action(request: HttpRequest, page: "GlossaryPage", pk: int, action: str) -> HttpResponse:
    """POST /glossary/proposals/<pk>/<action>/"""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    act = ACTIONS.get(action)
    if act is None:
        raise Http404
    proposal = find_proposal(request, pk)
    if not viewer_of(request).is_member:
        return to_sign_in(proposal.url)
    return act(request, page, proposal)


def steward_letters(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    """POST /glossary/proposals/letters/: with `do` "stop" this steward has no more letters about all proposals."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(watching.PROPOSALS)
    access.check(viewer.is_steward)
    watching.set_steward_letters(member_of(request).pk, request.POST.get("do") != "stop")
    return redirect(watching.PROPOSALS)


def remark_action(request: HttpRequest, page: "GlossaryPage", pk: int, remark: int, action: str) -> HttpResponse:
    """POST /glossary/proposals/<pk>/remarks/<remark>/hide|show/"""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    proposal = find_proposal(request, pk)
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(proposal.url)
    found = Remark.objects.filter(proposal=proposal, pk=remark).first()
    if found is None or action not in {"hide", "show"} or not access.can_hide(viewer):
        raise Http404
    second_factor.check(request)
    services.hide(found, action == "hide")
    return redirect(f"{proposal.url}#remark-{found.pk}")


def _comment(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    access.check(access.can_discuss(viewer_of(request), proposal))
    form = CommentForm(request.POST)
    if form.is_valid():
        member, token = member_of(request), form.cleaned_data["token"]
        sent_before = bool(token) and Remark.objects.filter(author=member, client_token=token).exists()
        if sent_before or ratelimit.allowed(
            request, "glossary-comment", COMMENTS_AN_HOUR, HOUR, who=f"member {request.user.pk}"
        ):
            remark, _created = services.comment(proposal, member, form.cleaned_data["body"], token=token)
            return redirect(f"{proposal.url}#remark-{remark.pk}")
        form.add_error(None, _too_fast(COMMENTS_AN_HOUR))
    return proposal_page(request, page, proposal, comment=form)


def _stand(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    access.check(access.can_discuss(viewer_of(request), proposal))
    objects = request.POST.get("do") == "object"
    form = StandForm(request.POST, objects=objects)
    if form.is_valid():
        if ratelimit.allowed(request, "glossary-stand", STANDS_AN_HOUR, HOUR, who=f"member {request.user.pk}"):
            reason = form.cleaned_data["reason"]
            services.take_stand(proposal, member_of(request), supports=not objects, reason=reason)
            return redirect(f"{proposal.url}#stands")
        form.add_error(None, _too_fast(STANDS_AN_HOUR))
    return proposal_page(request, page, proposal, stand=form)


def _too_fast(number: int) -> str:
    return _(
        "You have done this %(number)d times in the last hour. What you wrote is still below: please try again later."
    ) % {"number": number}


def _withdraw(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    access.check(access.can_revise(viewer_of(request), proposal))
    services.withdraw(proposal)
    return redirect(proposal.url)


def _decide(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    viewer = viewer_of(request)
    access.check(viewer.is_steward)
    second_factor.check(request)
    if not proposal.is_open:
        messages.info(request, _("This proposal has been settled already."))
        return redirect(proposal.url)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            _settle(request, proposal, form)
            return redirect(proposal.url)
        except VocabularyError as error:
            _say_why_not(form, error)
            # What is shown now is what is decided on next.
            data = request.POST.copy()
            data["decision-seen"] = contents.fingerprint(proposal)
            form.data = data
    return proposal_page(request, page, proposal, decision=form)


def _settle(request: HttpRequest, proposal: Proposal, form: DecisionForm) -> bool:
    found, steward = form.cleaned_data, member_of(request)
    match found["what"]:
        case DecisionForm.AGREE:
            return deciding.agree(proposal, steward, found["reason"], seen=found["seen"])
        case DecisionForm.ASK:
            return deciding.ask_for_changes(proposal, steward, found["reason"])
        case DecisionForm.TERM:
            return deciding.merge_into_term(proposal, form.term, steward, found["reason"])
        case DecisionForm.PROPOSAL:
            return deciding.merge_into_proposal(proposal, form.proposal, steward, found["reason"])
    return deciding.decline(proposal, steward, found["reason"])


def _say_why_not(form: DecisionForm, error: VocabularyError) -> None:
    field = error.field if error.field in {"what", "target_term", "target_proposal"} else None
    form.add_error(field, error.messages)


def _watch(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    watching.watch(member_of(request), proposal)
    return redirect(proposal.url)


def _unwatch(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    watching.unwatch(member_of(request), proposal)
    return redirect(proposal.url)


def _hide(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    access.check(access.can_hide(viewer_of(request)))
    second_factor.check(request)
    services.hide(proposal, True)
    return redirect(proposal.url)


def _show(request: HttpRequest, page: "GlossaryPage", proposal: Proposal) -> HttpResponse:
    access.check(access.can_hide(viewer_of(request)))
    second_factor.check(request)
    services.hide(proposal, False)
    return redirect(proposal.url)


ACTIONS: dict[str, Action] = {
    "comment": _comment,
    "decide": _decide,
    "hide": _hide,
    "show": _show,
    "stand": _stand,
    "unwatch": _unwatch,
    "watch": _watch,
    "withdraw": _withdraw,
}

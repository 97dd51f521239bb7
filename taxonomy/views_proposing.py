"""The forms with which members propose a term or a change to one, and revise what they proposed."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.signing_in import member_of, to_sign_in
from portal.core import ratelimit, standing
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from taxonomy import access, contents, presenting
from taxonomy.forms_proposals import ProposalForm, RevisionForm
from taxonomy.forms_words import LabelRows
from taxonomy.models import Concept, Proposal
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import proposals as services
from taxonomy.text import clean_line

if TYPE_CHECKING:
    from taxonomy.models import GlossaryPage

HOUR = 3600
PROPOSALS_AN_HOUR = 12
LONGEST_SLUG = 100
MORE_ROWS = "rows"


def propose(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    """GET and POST /glossary/propose/[?scheme=<slug>&title=<words>]"""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    if suspended := standing.sentence(viewer):
        messages.error(request, suspended)
        return redirect(page_url(page))
    scheme = presenting.scheme_named(request.GET.get("scheme", ""))
    initial = {"scheme": scheme.pk if scheme else "", "title": clean_line(request.GET.get("title", ""))[:160]}
    return _propose(request, page, None, initial, ())


def propose_change(request: HttpRequest, page: "GlossaryPage", slug: str) -> HttpResponse:
    """GET and POST /glossary/<slug>/propose/: the term as it is, to be changed."""
    concept = find_term(slug)
    if (elsewhere := moved(request, concept, slug)) is not None:
        return elsewhere
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check(access.can_propose_change(viewer, concept))
    content = contents.of(concept)
    return _propose(request, page, concept, _initial(content), _specs(content))


def _propose(
    request: HttpRequest,
    page: "GlossaryPage",
    concept: Concept | None,
    initial: dict[str, Any],
    specs: tuple[LabelSpec, ...],
) -> HttpResponse:
    form = _form(ProposalForm, request, concept, initial, specs)
    if form.is_bound and form.is_valid() and _has_time(request, form):
        made = _save(request, form)
        if made is not None:
            proposal, is_new = made
            if is_new:
                messages.success(request, _("Your proposal is open. We shall mail you what others say to it."))
            return redirect(proposal.url)
    return _render(request, page, form, concept, None)


def _save(request: HttpRequest, form: ProposalForm) -> tuple[Proposal, bool] | None:
    """The proposal that a valid form makes; None, with the refusal in the form, when the vocabulary takes none."""
    scheme, found = form.target_scheme, form.cleaned_data
    if scheme is None:
        return None
    try:
        return services.propose(
            member_of(request),
            scheme,
            form.wanted,
            reason=found["reason"],
            sources=found["sources"],
            concept=form.concept,
            token=found["token"],
        )
    except VocabularyError as error:
        form.refuse(error)
        return None


def revise(request: HttpRequest, page: "GlossaryPage", pk: int) -> HttpResponse:
    """GET and POST /glossary/proposals/<pk>/revise/"""
    viewer = viewer_of(request)
    proposal = find_proposal(request, pk)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check(access.can_revise(viewer, proposal))
    initial = {
        **_initial(proposal.wanted),
        "reason": proposal.reason,
        "sources": proposal.sources,
        "scheme": str(proposal.scheme_id),
    }
    # A new term keeps the scheme for which it was proposed, as a change keeps that of its term.
    target = proposal.concept or Concept(scheme=proposal.scheme)
    form = _form(RevisionForm, request, target, initial, _specs(proposal.wanted))
    if form.is_bound and form.is_valid():
        found = form.cleaned_data
        try:
            services.revise(proposal, form.wanted, reason=found["reason"], sources=found["sources"], note=found["note"])
            return redirect(proposal.url)
        except VocabularyError as error:
            form.refuse(error)
    return _render(request, page, form, proposal.concept, proposal)


def _form(
    form_class: type[ProposalForm],
    request: HttpRequest,
    concept: Concept | None,
    initial: dict[str, Any],
    specs: tuple[LabelSpec, ...],
) -> Any:
    """The form as sent, as it is to begin with, or as typed with more rows for words."""
    if request.method != "POST":
        return form_class(rows=LabelRows(None, specs), concept=concept, initial=initial)
    if request.POST.get("do") == MORE_ROWS:
        typed = {name: request.POST.get(name, "") for name in form_class.base_fields}
        return form_class(rows=LabelRows.with_more(request.POST), concept=concept, initial=typed)
    return form_class(request.POST, rows=LabelRows(request.POST), concept=concept)


def _has_time(request: HttpRequest, form: ProposalForm) -> bool:
    """Whether this member may propose once more this hour. What was sent before is no new proposal."""
    member, token = member_of(request), form.cleaned_data["token"]
    if token and Proposal.objects.filter(proposer=member, client_token=token).exists():
        return True
    if ratelimit.allowed(request, "glossary-propose", PROPOSALS_AN_HOUR, HOUR, who=f"member {request.user.pk}"):
        return True
    form.add_error(
        None,
        _("You have proposed %(number)d times in the last hour. Your text is still below: please try again later.")
        % {"number": PROPOSALS_AN_HOUR},
    )
    return False


def _render(
    request: HttpRequest, page: "GlossaryPage", form: ProposalForm, concept: Concept | None, proposal: Proposal | None
) -> HttpResponse:
    context = {
        "page": page,
        "page_url": page_url(page),
        "form": form,
        "concept": concept,
        "proposal": proposal,
    }
    return render(request, "taxonomy/propose.html", context)


def _initial(content: contents.Content) -> dict[str, Any]:
    titles = Concept.objects.filter(slug__in=content["broader"]).order_by("title").values_list("title", flat=True)
    return {**{name: content[name] for name in contents.TEXTS}, "broader": "\n".join(titles)}


def _specs(content: contents.Content) -> tuple[LabelSpec, ...]:
    return tuple(LabelSpec(*row) for row in content["labels"])


def find_term(slug: str) -> Concept:
    """The concept that this address leads to: of a merged one, that which it is now part of. Raises Http404."""
    related = ("scheme", "merged_into__scheme")
    found = Concept.objects.select_related(*related).filter(slug=slug.replace("\x00", "")[:LONGEST_SLUG]).first()
    if found is None:
        raise Http404
    return found.merged_into or found


def moved(request: HttpRequest, concept: Concept, slug: str) -> HttpResponse | None:
    """For a reader who asks for a page below a merged term: the way to the same page of `concept`, for good."""
    if concept.slug == slug or request.method not in {"GET", "HEAD"}:
        return None
    page = request.path.rstrip("/").rpartition("/")[2]
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{concept.get_absolute_url()}{page}/{'?' if query else ''}{query}", permanent=True)


def find_proposal(request: HttpRequest, pk: int) -> Proposal:
    """The visible proposal with what its page needs. Raises Http404."""
    related = ("scheme", "concept__scheme", "outcome", "merged_into", "proposer")
    found = Proposal.objects.visible(viewer_of(request)).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

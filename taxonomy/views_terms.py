"""What a term's page shows besides the term: its history, the proposals about it, whether the reader watches it."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.signing_in import member_of, to_sign_in
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from taxonomy import shared_labels, versions, watching
from taxonomy.models import Concept, ConceptVersion
from taxonomy.models.proposals import Proposal
from taxonomy.snapshot import Snapshot
from taxonomy.views_proposing import find_term, moved

if TYPE_CHECKING:
    from taxonomy.models import GlossaryPage

VERSIONS_ON_A_TERM = 5
VERSIONS_ON_A_PAGE = 30
SHARED_ON_A_PAGE = 100
MOST_OPEN = 10


def own_extras(request: HttpRequest, concept: Concept) -> dict[str, Any]:
    """What of the term's page is the reader's: one query for open proposals, one for a member's watch."""
    viewer = viewer_of(request)
    about = Proposal.objects.visible(viewer).open().filter(concept=concept)[:MOST_OPEN]
    return {
        "proposals": [(proposal.title, proposal.url, proposal.get_state_display()) for proposal in about],
        "is_watching": watching.is_watching(viewer.user_id, concept),
    }


def kept_extras(shown: dict[str, Any], held: Snapshot) -> dict[str, Any]:
    """What of the term's page, of which `shown` is what the vocabulary says, is kept with the snapshot."""
    concept = shown["concept"]
    words = [label.text for label in shown["labels"]]
    newest = held.keep(f"history:{concept.pk}", lambda: versions.newest(concept.pk, limit=VERSIONS_ON_A_TERM))
    return {
        "versions": newest,
        # Versions are numbered without a gap.
        "version_count": newest[0].number if newest else 0,
        "shared": shared_labels.others_called(words, concept.slug, held),
    }


def history(request: HttpRequest, page: "GlossaryPage", slug: str) -> HttpResponse:
    """GET /glossary/<slug>/history/[?page=n]: every version, the newest first."""
    concept = find_term(slug)
    if (elsewhere := moved(request, concept, slug)) is not None:
        return elsewhere
    # The numbers are dense, so the last one counts them.
    paginator = Paginator(range(ConceptVersion.objects.filter(concept=concept).count()), VERSIONS_ON_A_PAGE)
    page_obj = paginator.get_page(request.GET.get("page"))
    start = max(page_obj.start_index() - 1, 0)
    context = {
        "page": page,
        "page_url": page_url(page),
        "concept": concept,
        "page_obj": page_obj,
        "versions": versions.newest(concept.pk, start=start, limit=VERSIONS_ON_A_PAGE),
    }
    return render(request, "taxonomy/history.html", context)


def shared(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    """GET /glossary/shared/[?page=n]"""
    page_obj = Paginator(shared_labels.all_shared(), SHARED_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "taxonomy/shared.html", {"page": page, "page_url": page_url(page), "page_obj": page_obj})


def watch(request: HttpRequest, page: "GlossaryPage", slug: str) -> HttpResponse:
    """POST /glossary/<slug>/watch/: `do` is "stop" to end it. For a merged term it is the one it is now part of."""
    concept = find_term(slug)
    if request.method != "POST":
        return moved(request, concept, slug) or HttpResponseNotAllowed(["POST"])
    if not viewer_of(request).is_member:
        return to_sign_in(concept.get_absolute_url())
    if request.POST.get("do") == "stop":
        watching.unwatch(member_of(request), concept)
    elif watching.watch(member_of(request), concept):
        messages.success(request, _("We shall mail you when this term changes, or when a change is proposed."))
    return redirect(concept.get_absolute_url())

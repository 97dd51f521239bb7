"""The addresses below the glossary that are no terms: proposals, feeds, watches.

They are tried before the page's own routes, the last of which takes every word for a term
(`taxonomy.rules.RESERVED_SLUGS` keeps terms from these).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.routable_page.models import path


class ProposalRoutes:
    """Mixed into `GlossaryPage`. Each route calls its view and says nothing of its own."""

    @classmethod
    def get_subpage_urls(cls) -> tuple[Any, ...]:
        """Wagtail puts a page's own routes before those of what is mixed in; here these come first."""
        own = {name for name, value in vars(ProposalRoutes).items() if hasattr(value, "_routablepage_routes")}
        routes = super().get_subpage_urls()  # type: ignore[misc]
        return tuple(sorted(routes, key=lambda route: route.name not in own))

    @path("propose/", name="propose")
    def propose(self, request: HttpRequest) -> HttpResponse:
        """A new term."""
        from taxonomy import views_proposing

        return views_proposing.propose(request, self)  # type: ignore[arg-type]

    @path("proposals/", name="proposals")
    def proposals(self, request: HttpRequest) -> HttpResponse:
        """All proposals, open or settled."""
        from taxonomy import views_proposals

        return views_proposals.index(request, self)  # type: ignore[arg-type]

    @path("proposals/feed/", name="proposals_feed")
    def proposals_feed(self, request: HttpRequest) -> HttpResponse:
        """Settled proposals, for feed readers."""
        from taxonomy import feeds

        return feeds.settled_proposals(request, self)  # type: ignore[arg-type]

    @path("proposals/letters/", name="steward_letters")
    def steward_letters(self, request: HttpRequest) -> HttpResponse:
        """A steward begins or ends the letters about all proposals."""
        from taxonomy import actions

        return actions.steward_letters(request, self)  # type: ignore[arg-type]

    @path("proposals/<id:pk>/", name="proposal")
    def proposal(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One proposal with its discussion."""
        from taxonomy import views_proposals

        return views_proposals.detail(request, self, pk)  # type: ignore[arg-type]

    @path("proposals/<id:pk>/revise/", name="revise")
    def revise(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its proposer rewrites it."""
        from taxonomy import views_proposing

        return views_proposing.revise(request, self, pk)  # type: ignore[arg-type]

    @path("proposals/<id:pk>/<slug:action>/", name="proposal_action")
    def proposal_action(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Comment, stand, withdraw, decide, watch, hide."""
        from taxonomy import actions

        return actions.proposal_action(request, self, pk, action)  # type: ignore[arg-type]

    @path("proposals/<id:pk>/remarks/<id:remark>/<slug:action>/", name="remark_action")
    def remark_action(self, request: HttpRequest, pk: int, remark: int, action: str) -> HttpResponse:
        """Hide a remark, or show it again."""
        from taxonomy import actions

        return actions.remark_action(request, self, pk, remark, action)  # type: ignore[arg-type]

    @path("feed/", name="feed")
    def feed(self, request: HttpRequest) -> HttpResponse:
        """New and changed terms, for feed readers."""
        from taxonomy import feeds

        return feeds.changed_terms(request, self)  # type: ignore[arg-type]

    @path("shared/", name="shared")
    def shared(self, request: HttpRequest) -> HttpResponse:
        """Words that several terms go by."""
        from taxonomy import views_terms

        return views_terms.shared(request, self)  # type: ignore[arg-type]

    @path("<str:slug>/propose/", name="propose_change")
    def propose_change(self, request: HttpRequest, slug: str) -> HttpResponse:
        """A change to one term."""
        from taxonomy import views_proposing

        return views_proposing.propose_change(request, self, slug)  # type: ignore[arg-type]

    @path("<str:slug>/history/", name="history")
    def history(self, request: HttpRequest, slug: str) -> HttpResponse:
        """All versions of one term."""
        from taxonomy import views_terms

        return views_terms.history(request, self, slug)  # type: ignore[arg-type]

    @path("<str:slug>/watch/", name="watch_term")
    def watch_term(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Watch a term, or stop."""
        from taxonomy import views_terms

        return views_terms.watch(request, self, slug)  # type: ignore[arg-type]

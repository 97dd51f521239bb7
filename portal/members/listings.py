"""What the directory and the pages of invitations list."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.accounts.models import Invitation
from portal.core.viewer import Viewer, viewer_of
from portal.members.access import Eyes
from portal.members.models import Block, Profile
from portal.members.presenting import Card, card
from portal.members.searchable import AFFILIATION, LANGUAGE
from portal.search import services as search
from portal.search import state
from portal.search.contract import SearchPage
from portal.search.vocabulary import facet_schemes

PAGE_SIZE = 25
FIRST_FACETS = ("service-line", AFFILIATION, "place", "topic", LANGUAGE)


@dataclass(frozen=True, slots=True)
class Column:
    """A head of the table; with an address its rows can be sorted by it."""

    name: str
    url: str = ""
    sorted: str = ""  # for aria-sort


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of the directory. `rows` stand in the order of the hits."""

    found: SearchPage
    rows: list[Card]
    columns: list[Column]
    clear_url: str


def directory(request: HttpRequest) -> Directory:
    """The members that the query string asks for: eight queries, however many there are."""
    viewer, params = viewer_of(request), request.GET
    facets = dict.fromkeys((*FIRST_FACETS, *(scheme.slug for scheme in facet_schemes())))
    query = state.query_from(
        params,
        kinds=("member",),
        facets=tuple(facets),
        size=PAGE_SIZE,
        sort="relevance" if params.get("q", "").strip() else "title",
    )
    found = state.with_links(search.search(query, viewer), params, request.path)
    rows = cards((hit.pk for hit in found.hits), viewer)
    return Directory(found, rows, list(_columns(found, request)), state.clear_url(found, params, request.path))


def _columns(found: SearchPage, request: HttpRequest) -> Iterable[Column]:
    def sortable(name: str, order: str, direction: str) -> Column:
        url = state.url_with(found, request.GET, request.path, sort=order)
        return Column(name, url, direction if found.query.sort == order else "")

    yield sortable(_("Name"), "title", "ascending")
    yield Column(_("Role and organisation"))
    yield Column(_("Place"))
    yield Column(_("Service lines"))
    yield Column(_("Ask about"))
    yield sortable(_("Member since"), "newest", "descending")


def cards(user_ids: Iterable[int], viewer: Viewer) -> list[Card]:
    """The visible ones among these members as members see them, in the order given: three queries."""
    ids = list(user_ids)
    found: dict[int, Any] = (
        Profile.objects.visible(viewer)
        .select_related("user", "place")
        .prefetch_related("service_lines", "ask_about")
        .in_bulk(ids)
    )
    shown = (card(found[pk], Eyes.MEMBER) for pk in ids if pk in found)
    return [one for one in shown if one is not None]


def blocks_of(owner_id: int) -> "QuerySet[Block]":
    """Whom the member has blocked, newest first."""
    return Block.objects.filter(owner=owner_id).select_related("blocked").order_by("-created_at", "-pk")


def open_invitations() -> "QuerySet[Invitation]":
    """Whom the portal waits for, newest first."""
    return Invitation.objects.open().select_related("invited_by").order_by("-created_at", "-pk")

"""What feed readers get: new and changed terms, and settled proposals. Both are Atom, and both are public."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.urlpaths import page_url
from portal.core.viewer import VISITOR
from taxonomy import presenting, versions
from taxonomy.models.proposals import State

if TYPE_CHECKING:
    from taxonomy.models import GlossaryPage

ENTRIES = 50


def changed_terms(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    """GET /glossary/feed/: the newest versions of all terms."""
    base = settings.BASE_URL.rstrip("/")
    feed = _feed(page, _("%(glossary)s: new and changed terms") % {"glossary": page.title}, "feed/")
    for version in versions.newest(limit=ENTRIES):
        title = _("New: %s") if version.is_first else _("Changed: %s")
        feed.add_item(
            title=title % version.title,
            link=f"{base}{version.url}",
            description=_changes(version),
            unique_id=f"{base}{version.url}#version-{version.number}",
            pubdate=version.at,
            updateddate=version.at,
        )
    return _answer(feed)


def settled_proposals(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    """GET /glossary/proposals/feed/: what stewards decided, with the reason's beginning on the page itself."""
    base = settings.BASE_URL.rstrip("/")
    feed = _feed(page, _("%(glossary)s: settled proposals") % {"glossary": page.title}, "proposals/feed/")
    found = presenting.listed(VISITOR).settled().order_by("-settled_at", "-pk")[:ENTRIES]
    for proposal in found:
        feed.add_item(
            title=f"{State(proposal.state).label}: {proposal.title}",
            link=f"{base}{proposal.url}",
            description=proposal.reason_html,
            unique_id=f"{base}{proposal.url}#{proposal.state}",
            pubdate=proposal.settled_at,
            updateddate=proposal.settled_at,
        )
    return _answer(feed)


def _feed(page: "GlossaryPage", title: str, path: str) -> Atom1Feed:
    address = f"{settings.BASE_URL.rstrip('/')}{page_url(page)}"
    return Atom1Feed(
        title=f"{title} · {settings.PORTAL_NAME}",
        link=address,
        description=page.summary,
        language="en",
        feed_url=f"{address}{path}",
    )


def _changes(version: versions.ShownVersion) -> SafeString:
    parts = (
        (
            change.name,
            format_html_join("", "<br><del>{}</del>", ((word,) for word in change.went)),
            format_html_join("", "<br><ins>{}</ins>", ((word,) for word in change.came)),
        )
        for change in version.changes
    )
    return format_html("{}", format_html_join("", "<p>{}{}{}</p>", parts))


def _answer(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")

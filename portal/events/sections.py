"""What a group's pages show of its events."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.core import sections
from portal.core.viewer import Viewer
from portal.events import listings

SHOWN = 5


def of_group(page: Page, viewer: Viewer) -> dict[str, Any] | None:
    """The next events of the section: one query."""
    rows = listings.next_events(viewer, SHOWN, below=page.path)
    return {"rows": rows, "group": page} if rows else None


def on_desk(page: Page, viewer: Viewer) -> dict[str, Any] | None:
    """The next events, with how many are registered: two queries."""
    rows = listings.next_events(viewer, SHOWN, below=page.path)
    return {"rows": listings.with_counts(rows) if rows else rows, "group": page}


sections.register(
    sections.GROUP, sections.Panel("events", "events/partials/group_panel.html", of_group, _("Next events"), order=10)
)
sections.register(
    sections.DESK, sections.Panel("events", "events/partials/desk_panel.html", on_desk, _("Next events"), order=30)
)

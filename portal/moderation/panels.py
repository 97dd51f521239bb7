"""On the desk of those who run a section: what was reported there, or waits to be seen."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.core import sections
from portal.core.viewer import Viewer
from portal.moderation import listings
from portal.moderation.models import Case

MOST = 5


def waiting_here(page: Page, viewer: Viewer) -> dict[str, Any]:
    """The oldest open cases below the section."""
    found = Case.objects.open().of_others(viewer).filter(page__path__startswith=page.path).order_by("opened_at", "pk")
    return {"rows": listings.rows(found.select_related("claimed_by", "settled_by", "page")[:MOST])}


sections.register(
    sections.DESK,
    sections.Panel("moderation", "moderation/panels/desk.html", waiting_here, _("Reports and held posts"), order=10),
)

"""What the forums show of a working group: its questions on its page, and those that wait on its leads' desk."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from forums import listings
from portal.core import sections
from portal.core.viewer import Viewer


def questions(page: Page, viewer: Viewer) -> dict[str, Any] | None:
    """The boards below the group and what was last said there; nothing if it has no board."""
    boards = listings.boards_in(page, viewer)
    return {"boards": boards, "rows": listings.of_section(page, viewer)} if boards else None


def waiting(page: Page, viewer: Viewer) -> dict[str, Any]:
    """Questions that wait for an answer, the longest first, and the pages from which the boards are looked after."""
    return {"rows": listings.waiting_in(page, viewer), "boards": listings.boards_in(page, viewer)}


sections.register(
    sections.GROUP, sections.Panel("questions", "forums/panels/questions.html", questions, _("Questions"), order=20)
)
sections.register(
    sections.DESK,
    sections.Panel("unanswered", "forums/panels/unanswered.html", waiting, _("Questions without an answer"), order=20),
)

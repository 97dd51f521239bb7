"""What waits for terminology stewards, on the admin's home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from portal.core.viewer import viewer_of
from taxonomy import presenting, shared_labels

MOST = 8


class StewardPanel(Component):
    """Open proposals, the oldest first, and the words that several terms go by."""

    name = "vocabulary"
    order = 150
    template_name = "taxonomy/admin/steward_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        viewer = viewer_of(parent_context["request"])
        waiting = presenting.listed(viewer).open().order_by("created_at", "pk")
        shared = shared_labels.all_shared()
        return {
            "heading": _("Waiting for you: the vocabulary"),
            "rows": presenting.rows(list(waiting[:MOST])),
            "count": waiting.count(),
            "shared": shared[:MOST],
            "shared_count": len(shared),
        }

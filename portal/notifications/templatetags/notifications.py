"""The button by which something is followed, or no longer."""

from typing import Any

from django import template
from django.template.context import Context

from portal.core.viewer import VISITOR, Viewer
from portal.notifications.querysets import is_watching

register = template.Library()


@register.inclusion_tag("notifications/watch_button.html", takes_context=True)
def watch_button(
    context: Context, kind: str, key: object, label: str = "", followed: bool | None = None
) -> dict[str, Any]:
    """A small form for members, nothing for visitors; `label` says what "Follow" begins. One query, none for a page
    that knows whether the viewer has `followed` it."""
    viewer: Viewer = context.get("viewer") or VISITOR
    return {
        "viewer": viewer,
        "kind": kind,
        "key": str(key),
        "label": label,
        "is_watching": is_watching(viewer, kind, str(key)) if followed is None else followed,
        "csrf_token": context.get("csrf_token"),
    }

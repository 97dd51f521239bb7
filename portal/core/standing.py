"""Whether somebody may write. Rooms ask here before anything is written; it costs no query."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.core.viewer import Viewer


def suspended_until(viewer: Viewer) -> datetime | None:
    """Until when the viewer may write nothing; None for everybody else."""
    until = viewer.suspended_until
    return until if until is not None and until > timezone.now() else None


def can_write(viewer: Viewer) -> bool:
    """Members write unless they are suspended. Who is banned is no member of any request."""
    return viewer.is_member and suspended_until(viewer) is None


def sentence(viewer: Viewer) -> str:
    """What a suspended member reads in the place of a form; "" for everybody else."""
    until = suspended_until(viewer)
    return _("You are suspended until %s: you can read, and not write.") % date_format(until) if until else ""

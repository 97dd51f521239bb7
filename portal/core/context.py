"""What every template may count on, without touching session, user, messages or form token by itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.core import pagecache
from portal.core.viewer import viewer_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """`viewer` (who is looking), `portal_name`, `nav` (the main navigation) and the address to come back to.

    `may_have_messages` says whether it makes sense to look: a stored page must not.
    """
    return {
        "viewer": viewer_of(request),
        "portal_name": settings.PORTAL_NAME,
        "base_url": settings.BASE_URL,
        "nav": settings.PORTAL_NAV,
        "here": request.path,
        "may_have_messages": pagecache.is_personal(request),
    }

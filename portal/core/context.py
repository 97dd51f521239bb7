"""What every template may count on, without touching session, user, messages or form token by itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.core import pagecache
from portal.core.viewer import viewer_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """`viewer` (who is looking), `portal_name`, `nav` (the main navigation) and the address to come back to.

    `section` is the address in `nav` below which the page stands, if any, and `at_section` says that it is that page.
    `may_have_messages` says whether it makes sense to look: a stored page must not.
    """
    here = request.path
    section = next((address for address, _name in settings.PORTAL_NAV if here.startswith(address)), "")
    return {
        "viewer": viewer_of(request),
        "portal_name": settings.PORTAL_NAME,
        "base_url": settings.BASE_URL,
        "nav": settings.PORTAL_NAV,
        "here": here,
        "at_home": here == "/",
        "section": section,
        "at_section": here == section,
        "may_have_messages": pagecache.is_personal(request),
    }

"""The number beside a member's name."""

from collections.abc import Callable

from django.http import HttpRequest

from portal.core.viewer import viewer_of
from portal.notifications.querysets import MOST_COUNTED, unread_number


def unread(request: HttpRequest) -> dict[str, Callable[[], str]]:
    """`unread`: how many notices the member has not read, "" for none. It is counted where a template asks for it."""

    def number() -> str:
        found = unread_number(viewer_of(request))
        return f"{found - 1}+" if found == MOST_COUNTED else str(found or "")

    return {"unread": number}

"""What the account pages need to show."""

from typing import Any

from django import template
from django.http import HttpRequest

from portal.accounts import admission, history, second_factor
from portal.accounts.devices import device
from portal.accounts.models import AccountEvent

register = template.Library()
register.filter("device", device)


@register.filter
def action_name(event: AccountEvent) -> str:
    """What was done, in words; for an action of a room its own sentence."""
    return str(history.ACTIONS.get(event.action, event.detail))


@register.simple_tag(takes_context=True)
def needs_second_factor(context: dict[str, Any]) -> bool:
    """Whether the member may enter the admin with a second factor only."""
    return second_factor.is_required(context["request"])


@register.simple_tag(takes_context=True)
def way_back(context: dict[str, Any]) -> str:
    """Where the member was going before being asked for a second factor; nothing until one was proved."""
    request: HttpRequest = context["request"]
    back = str(request.session.get(second_factor.WAY_BACK, ""))
    return back if back and second_factor.has_proved_it(request) else ""


@register.simple_tag(takes_context=True)
def invited_address(context: dict[str, Any]) -> str:
    """The address whose invitation led here; nothing for others."""
    invitation = admission.invitation_of(context["request"])
    return invitation.email if invitation is not None else ""

"""Asking once before somebody loses their place, and saying afterwards what was done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.core.urlpaths import page_url
from portal.groups.models import GroupPage, Membership, Role

# What is asked again before it is done: its button is pressed twice, on two pages.
ASKED = ("remove", "hand-over")


def is_sure(request: HttpRequest) -> bool:
    """Whether nothing needs to be asked: it is no such act, or this comes from the page that asked."""
    return request.POST.get("do") not in ASKED or request.POST.get("sure") == "yes"


def ask(request: HttpRequest, page: GroupPage, membership: Membership) -> HttpResponse:
    """The page that asks whether to do what the button said."""
    context = {"page": page, "url": page_url(page), "membership": membership, "act": request.POST["do"]}
    return render(request, "groups/person_sure.html", context)


def done(page: GroupPage, membership: Membership, act: str, role: str = "") -> str:
    """What the page says after `act`."""
    names = {"name": membership.user.name, "group": page.title}
    if act == "remove":
        return _("%(name)s has been removed from %(group)s.") % names
    if act == "hand-over":
        return _("%(name)s leads %(group)s now, in your place.") % names
    label = str(Role(role).label).lower()
    return _("%(group)s: %(name)s is %(role)s now.") % {**names, "role": label}

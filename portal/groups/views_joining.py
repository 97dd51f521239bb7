"""Coming into a group and leaving it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.signing_in import member_of, to_sign_in
from portal.core import standing
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.groups import access, forms, invitations, services
from portal.groups.models import Answer, GroupIndexPage, GroupPage, Joining, WorkingGroup
from portal.groups.views import group_of


def join(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET and POST /groups/<group>/join/: join an open group, or ask to, or look at one's request and take it back."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    group = group_of(page)
    if access.is_member(viewer, group):
        messages.info(request, _("You are a member of this group."))
        return redirect(page_url(page))
    asked = group.requests.filter(user=viewer.user_id, answer=Answer.WAITING).first()
    form = forms.AskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and request.POST.get("do") == "withdraw":
        services.withdraw(group, member_of(request))
        messages.success(request, _("You have taken your request back."))
        return redirect(page_url(page))
    if suspended := standing.sentence(viewer):
        messages.error(request, suspended)
        return redirect(page_url(page))
    if form.is_bound and form.is_valid():
        _join(request, group, form.cleaned_data["message"])
        return redirect(page_url(page))
    context = {
        "page": page,
        "url": page_url(page),
        "group": group,
        "asked": asked,
        "form": form,
        "is_open": group.joining == Joining.OPEN,
        "may_join": access.can_join(viewer, group),
    }
    return render(request, "groups/join.html", context)


def _join(request: HttpRequest, group: WorkingGroup, message: str) -> None:
    user = member_of(request)
    try:
        if group.joining == Joining.OPEN:
            services.join(group, user)
            messages.success(request, _("You are a member of the group now."))
        elif services.request(group, user, message):
            messages.success(request, _("The leads have been told. You will get a letter when they have answered."))
        else:
            messages.info(request, _("You have asked already. The leads will answer."))
    except services.RefusedError as error:
        messages.error(request, str(error))


def leave(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET and POST /groups/<group>/leave/"""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    group = group_of(page)
    if not access.is_member(viewer, group):
        raise Http404
    if request.method == "POST":
        try:
            services.leave(group, member_of(request))
        except services.RefusedError as error:
            messages.error(request, str(error))
            return redirect(page_url(page))
        messages.success(request, _("You have left %s.") % page.title)
        return redirect(page_url(page.get_parent()))
    return render(request, "groups/leave.html", {"page": page, "url": page_url(page), "group": group})


def invitation(request: HttpRequest, index: GroupIndexPage, pk: int, secret: str) -> HttpResponse:
    """GET and POST /groups/invitation/<pk>-<secret>/. Nobody but the owner of the address learns that there is one:
    whoever is signed out is asked to sign in, whatever the link says."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    user = member_of(request)
    found = invitations.find(pk, secret)
    if found is None or not invitations.is_for(found, user):
        raise Http404
    page = found.group.page
    if access.is_member(viewer, found.group):
        return redirect(page_url(page))
    if not found.is_open or found.group.is_archived:
        return render(request, "groups/invitation_over.html", {"page": index}, status=410)
    if request.method == "POST":
        try:
            invitations.accept(found, user)
        except services.RefusedError as error:
            messages.error(request, str(error))
            return redirect(page_url(index))
        messages.success(request, _("You are a member of %s now.") % page.title)
        return redirect(page_url(page))
    return render(request, "groups/invitation.html", {"page": index, "group_page": page, "invitation": found})

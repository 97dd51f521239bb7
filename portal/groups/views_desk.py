"""The desk of those who run a group: what waits, its people, its settings. To everybody else there is no desk."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.signing_in import member_of
from portal.core import sections
from portal.core.urlpaths import page_url
from portal.core.viewer import Role as PortalRole
from portal.core.viewer import viewer_of
from portal.groups import access, asking, forms, invitations, listings, presenting, services
from portal.groups.models import (
    GroupInvitation,
    GroupPage,
    Joining,
    JoinRequest,
    Membership,
    Role,
    State,
    Visibility,
    WorkingGroup,
)
from portal.groups.views import PEOPLE_PER_PAGE, leads, runs


def desk(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET /groups/<group>/desk/: what waits for those who run the group."""
    return _desk(request, page)


def _desk(
    request: HttpRequest, page: GroupPage, answered: JoinRequest | None = None, form: object = None
) -> HttpResponse:
    """The desk, with the answer `form` that was not right beside its request."""
    viewer = viewer_of(request)
    group = runs(request, page)
    waiting = [
        (
            item,
            form if answered is not None and item.pk == answered.pk else forms.AnswerForm(auto_id=f"id_{item.pk}_%s"),
        )
        for item in listings.waiting_requests(group)[:PEOPLE_PER_PAGE]
    ]
    context = {
        "page": page,
        "url": page_url(page),
        "group": group,
        "waiting": waiting,
        "drafts": listings.drafts(page, viewer),
        "panels": sections.panels(sections.DESK, page, viewer),
        "state_sentence": presenting.state_sentence(group.state),
        "form": form,
        "may_lead": access.can_lead(viewer, group),
    }
    return render(request, "groups/desk.html", context)


def request_to_join(request: HttpRequest, page: GroupPage, pk: int) -> HttpResponse:
    """POST /groups/<group>/desk/requests/<pk>/: approve or decline."""
    group = runs(request, page)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    asked = get_object_or_404(JoinRequest.objects.select_related("group", "user"), pk=pk, group=group)
    form = forms.AnswerForm(request.POST, auto_id=f"id_{asked.pk}_%s")
    if not form.is_valid():
        return _desk(request, page, asked, form)
    approves = form.cleaned_data["do"] == "approve"
    act = services.approve if approves else services.decline
    done = _("%s is a member now.") if approves else _("The request of %s has been declined.")
    _say(request, lambda: act(asked, member_of(request), form.cleaned_data["note"]), done % asked.user.name)
    return redirect(f"{page_url(page)}desk/")


def people(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET and POST /groups/<group>/desk/members/: everybody in the group, who is invited, and a form to invite."""
    viewer = viewer_of(request)
    group = runs(request, page)
    form = forms.InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _invite(request, group, form):
        return redirect(f"{page_url(page)}desk/members/")
    page_obj = Paginator(listings.people(group), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "url": page_url(page),
        "group": group,
        "form": form,
        "page_obj": page_obj,
        "people": listings.persons(page_obj.object_list, viewer),
        "invitations": invitations.open_to(group)[:100],
        "may_lead": access.can_lead(viewer, group),
    }
    return render(request, "groups/people.html", context)


def _invite(request: HttpRequest, group: WorkingGroup, form: forms.InviteForm) -> bool:
    """Says the same of every address: whether it has an account, or is in the group already, is nobody's business.

    False where it was refused; the form says why.
    """
    cleaned = form.cleaned_data
    try:
        invitations.invite(group, cleaned["email"], member_of(request), cleaned["note"])
    except services.RefusedError as error:
        form.add_error(None, str(error))
        return False
    messages.success(
        request, _("%s has been invited and comes into the group by accepting.") % cleaned["email"].lower()
    )
    return True


def person(request: HttpRequest, page: GroupPage, user_id: int) -> HttpResponse:
    """GET and POST /groups/<group>/desk/members/<user id>/: role, hand over, remove; the last two are asked again.

    Deputies remove members only.
    """
    group = runs(request, page)
    may_lead = access.can_lead(viewer_of(request), group)
    reached = Membership.objects.all() if may_lead else Membership.objects.filter(role=Role.MEMBER)
    membership = get_object_or_404(reached.select_related("user", "group"), group=group, user=user_id)
    by = member_of(request)
    form = forms.RoleForm(request.POST if _does(request, "role") else None, initial={"role": membership.role})
    acts: dict[str, Callable[[], bool]] = {"remove": lambda: services.remove(group, membership.user, by)}
    if may_lead:
        acts["role"] = lambda: services.set_role(group, membership.user, Role(form.cleaned_data["role"]), by)
        acts["hand-over"] = lambda: services.hand_over(group, by, membership.user)
    if request.method == "POST" and request.POST.get("do", "") not in acts:
        raise Http404
    if request.method == "POST" and not (_does(request, "role") and not form.is_valid()):
        if _does(request, "remove") and membership.user_id == by.pk:
            return redirect(f"{page_url(page)}leave/")
        if not asking.is_sure(request):
            return asking.ask(request, page, membership)
        done = asking.done(page, membership, request.POST["do"], request.POST.get("role", ""))
        _say(request, acts[request.POST["do"]], done)
        return redirect(_after(page, by, request))
    context = {
        "page": page,
        "url": page_url(page),
        "group": group,
        "membership": membership,
        "form": form,
        "is_oneself": membership.user_id == by.pk,
        "may_lead": may_lead,
        "may_hand_over": _leads(group.pk, by) and membership.user_id != by.pk,
    }
    return render(request, "groups/person.html", context)


def _does(request: HttpRequest, act: str) -> bool:
    return request.method == "POST" and request.POST.get("do") == act


def _leads(group_id: int, user: User) -> bool:
    return Membership.objects.filter(group=group_id, user=user, role=Role.LEAD).exists()


def _after(page: GroupPage, by: User, request: HttpRequest) -> str:
    """Who has given up running the group, or left it, has no desk any more."""
    running = Membership.objects.filter(group=page.pk, user=by).running().exists()
    if running or PortalRole.ADMINISTRATOR in viewer_of(request).roles:
        return f"{page_url(page)}desk/members/"
    inside = Membership.objects.filter(group=page.pk, user=by).exists()
    return page_url(page) if inside else page_url(page.get_parent())


def revoke(request: HttpRequest, page: GroupPage, pk: int) -> HttpResponse:
    """POST /groups/<group>/desk/invitations/<pk>/: take an invitation back."""
    group = runs(request, page)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = get_object_or_404(GroupInvitation, pk=pk, group=group)
    _say(request, lambda: invitations.revoke(found), _("The invitation of %s has been taken back.") % found.email)
    return redirect(f"{page_url(page)}desk/members/")


def settings(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET and POST /groups/<group>/settings/: state, joining, who sees it."""
    group = leads(request, page)
    form = forms.SettingsForm(request.POST if request.method == "POST" else None, group=group)
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        changed = services.set_up(
            group,
            state=State(cleaned["state"]),
            joining=Joining(cleaned["joining"]),
            visibility=Visibility(cleaned["visibility"]),
            by=member_of(request),
        )
        messages.success(request, _("The settings are saved.") if changed else _("Nothing was changed."))
        return redirect(f"{page_url(page)}settings/")
    context = {"page": page, "url": page_url(page), "group": group, "form": form, "may_lead": True}
    return render(request, "groups/settings.html", context)


def _say(request: HttpRequest, act: Callable[[], bool], done: str) -> None:
    """Do it, and say the sentence `done`, or that it was done before, or why it cannot be done."""
    try:
        changed = act()
    except services.RefusedError as error:
        messages.error(request, str(error))
        return
    messages.success(request, done if changed else _("Nothing to change: somebody has done so before."))

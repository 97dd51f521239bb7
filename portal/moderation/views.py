"""The pages of those who handle cases. To everybody else there are none."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import User
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core.numbers import id_in
from portal.core.viewer import viewer_of
from portal.moderation import access, deciding, forms, kinds, listings, sanctions, services, trail
from portal.moderation.access import Handler
from portal.moderation.kinds import Thing
from portal.moderation.models import Act, Case

SHOWS = ("open", "mine", "settled")


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """GET /moderation/[?show=open|mine|settled][&page=n]: what waits, the oldest first."""
    if not viewer_of(request).is_member:
        return to_sign_in(request.get_full_path())
    handler = access.check_handle(request)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else SHOWS[0]
    page_obj = Paginator(listings.cases(handler, show), listings.ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": listings.rows(page_obj.object_list),
        "show": show,
        "shows": tuple(zip(SHOWS, (_("Open"), _("Yours"), _("Settled")), strict=True)),
    }
    return render(request, "moderation/queue.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thing(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """GET and POST /moderation/things/<kind>/<key>/: a thing with what is around it, and what can be done."""
    handler = access.check_handle(request)
    found = _find(handler, kind, key)
    # Whose name is withheld is no author in the queue, and still learns nothing of the reports.
    case = None if access.is_own(handler, found) else listings.open_case(handler, kind, key)
    if request.method == "POST" and (first := listings.settled_since(handler, request.POST.get("case", ""))):
        messages.warning(request, deciding.who_was_first(first))
        return redirect("moderation_thing", kind=kind, key=key)
    offered = () if access.is_own(handler, found) else deciding.offered(found, case)
    typed = request.POST if request.POST.get("do") == "deed" else None
    form = forms.DeedForm(typed, deeds=[(deed.name, deed.label) for deed in offered])
    if request.method == "POST":
        try:
            done = _post(request, found, case, form)
        except services.TakenError as error:
            messages.warning(request, deciding.who_was_first(error.case))
            done = True
        if done:
            return redirect("moderation_thing", kind=kind, key=key)
    return render(request, "moderation/thing.html", _context(handler, found, case, form))


def _find(handler: Handler, kind: str, key: str) -> Thing:
    """The thing, if the handler handles its section, or may see it and is a moderator. Raises Http404."""
    found = kinds.handled([(kind, key)]).get((kind, key))
    if found is None or not access.can_handle(handler, found):
        raise Http404
    return found


def _post(request: HttpRequest, found: Thing, case: Case | None, form: forms.DeedForm) -> bool:
    """Whether what was pressed has been done, so that the page is to be shown anew. Raises TakenError."""
    by = member_of(request)
    do = request.POST.get("do", "")
    if do in {"claim", "release"} and case is not None:
        if do == "claim":
            services.claim(case, by)
        else:
            services.release(case, by)
        return True
    if do != "deed" or not form.is_valid():
        return do != "deed"
    changed = deciding.decide(found, case, form.cleaned_data["deed"], by, form.cleaned_data["reason"])
    messages.info(request, _("Done.") if changed else _("Nothing to change: somebody has done so before."))
    return True


def _context(handler: Handler, found: Thing, case: Case | None, form: forms.DeedForm) -> dict[str, object]:
    kind = kinds.of(found)
    taken = case is not None and listings.is_claimed(case)
    ways = kind.ways(found, handler.viewer)
    past = listings.acts(handler).filter(kind=found.kind, key=found.key)[: listings.IN_HISTORY]
    return {
        "thing": found,
        "case": case,
        "reports": case.reports.all() if case else (),
        "taken_by": listings.name_of(case.claimed_by) if case and taken else "",
        "is_mine": bool(case and taken and case.claimed_by_id == handler.viewer.user_id),
        "around": kind.around(found),
        "more_to_see": [way for way in ways if way.shows],
        "ways": [way for way in ways if not way.shows],
        "acts": listings.act_rows(past, handler.viewer.user_id),
        "history": listings.history(handler, found.author_id) if found.author_id and not found.withheld else None,
        "may_sanction": handler.may_sanction,
        "form": form,
    }


@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """GET /moderation/log/[?by=<member>][&member=<member>][&kind=…&key=…][&page=n]: who did what, when and why."""
    handler = access.check_handle(request)
    asked = {name: request.GET.get(name, "") for name in ("by", "member", "kind", "key")}
    chosen = {name: value for name, value in asked.items() if value}
    found = listings.acts(handler)
    if any(id_in(chosen[name]) is None for name in ("by", "member") if name in chosen):
        raise Http404
    found = found.filter(**chosen)
    if "member" in chosen:
        # What was done with words under a withheld name would say whose they are.
        found = found.filter(data__withheld__isnull=True)
    page_obj = Paginator(found, listings.ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": listings.act_rows(page_obj.object_list, handler.viewer.user_id),
        "chosen": chosen,
    }
    return render(request, "moderation/log.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /moderation/log/<act>/undo/"""
    handler = access.check_handle(request)
    act = get_object_or_404(Act.objects.handled_by(handler.viewer, handler.paths), pk=pk)
    _check_undo(handler, act)
    if not access.can_take_back(handler, act):
        messages.warning(
            request, _("This changes a section that others look after: whoever looks after both can take it back.")
        )
    elif trail.undo(act, member_of(request)):
        messages.success(request, _("Taken back."))
    else:
        messages.info(request, _("Nothing to take back: somebody has done so before, or it has changed since."))
    return redirect("moderation_log")


def _check_undo(handler: Handler, act: Act) -> None:
    """Raises Http404 where what would be undone is not the handler's: a sanction, what somebody else did with the
    handler's own words, or what stands elsewhere by now."""
    if act.kind == sanctions.MEMBER:
        if act.member is None or not access.can_sanction(handler.viewer, act.member):
            raise Http404
        return
    found = kinds.handled([(act.kind, act.key)]).get((act.kind, act.key))
    if found is None:
        return
    judged = access.is_own(handler, found) and act.by_id != handler.viewer.user_id
    if judged or not access.can_handle(handler, found):
        raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, user_id: int) -> HttpResponse:
    """GET and POST /moderation/members/<id>/: a member's history, and warn, suspend, ban, or hide everything."""
    handler = access.check_moderate(request)
    found = get_object_or_404(User, pk=user_id)
    may = access.can_sanction(handler.viewer, found)
    form = forms.SanctionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not may:
        raise Http404
    if form.is_bound and form.is_valid():
        changed = _sanction(found, member_of(request), form)
        messages.info(request, _("Done.") if changed else _("Nothing to change: somebody has done so before."))
        return redirect("moderation_member", user_id=found.pk)
    context = {"member": found, "history": listings.history(handler, found.pk), "form": form if may else None}
    return render(request, "moderation/member.html", context)


@transaction.atomic
def _sanction(found: User, by: User, form: forms.SanctionForm) -> bool:
    cleaned = form.cleaned_data
    reason = cleaned["reason"]
    match cleaned["deed"]:
        case "warn":
            return sanctions.warn(found, by, reason)
        case "suspend":
            return sanctions.suspend(found, by, reason, form.moment)
        case "purge":
            return sanctions.purge(found, by, reason, form.moment)
        case _:
            return sanctions.ban(found, by, reason)

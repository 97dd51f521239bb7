"""Inviting people, one by one or by a list, for those who may."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import services as accounts
from portal.accounts.models import Invitation
from portal.accounts.signing_in import member_of
from portal.core.viewer import viewer_of
from portal.members import access, forms, importing, listings, lists
from portal.members.models import Upload

PER_PAGE = 50
LINES_PER_PAGE = 100


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """GET and POST /members/invite/: addresses and a few words; below, who has been invited."""
    access.check_invite(request)
    form = forms.InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        addresses = form.cleaned_data["addresses"]
        invited = lists.invite_addresses(addresses, member_of(request), form.cleaned_data["note"])
        _say_invited(request, invited, len(addresses))
        return redirect("members_invite")
    page_obj = Paginator(listings.open_invitations(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "members/invite.html", {"form": form, "page_obj": page_obj})


@login_required
@require_POST
def invitation_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """POST /members/invite/<pk>/revoke|resend/"""
    access.check_invite(request)
    invitation = get_object_or_404(Invitation.objects.open(), pk=pk)
    if action == "revoke":
        accounts.revoke_invitation(invitation)
        messages.success(request, _("The invitation of %(email)s is taken back.") % {"email": invitation.email})
    elif action == "resend":
        # The form says how many letters it knew of: pressed twice, it asks for one.
        if request.POST.get("letters") == str(invitation.letters):
            accounts.resend_invitation(invitation)
        messages.success(request, _("%(email)s gets another letter.") % {"email": invitation.email})
    else:
        raise Http404
    return redirect("members_invite")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """GET and POST /members/import/: a mailing list, which is read and kept, and invites nobody yet."""
    access.check_invite(request)
    form = forms.UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        most_rows=lists.MOST_IN_A_REQUEST,
    )
    if form.is_bound and form.is_valid():
        kept = lists.keep(form.file_name, form.cleaned_data["file"], member_of(request))
        return redirect("members_import_result", kept.pk)
    context = {"form": form, "columns": importing.COLUMNS, "most_rows": lists.MOST_IN_A_REQUEST}
    return render(request, "members/import.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload_result(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /members/import/<pk>/: what would become of each line. POST: invite them."""
    access.check_invite(request)
    kept = get_object_or_404(Upload, pk=pk)
    access.check_apply(viewer_of(request), kept)
    if request.method == "POST":
        invited = lists.confirm(kept, member_of(request))
        if invited is None:
            messages.info(request, _("Nothing was done: this list was dealt with before, or is too old."))
        else:
            messages.success(request, _how_many(invited))
        return redirect("members_import_result", kept.pk)
    judged = lists.judge([] if kept.has_expired else lists.rows_of(kept))
    tally = lists.tally(judged)
    context = {
        "upload": kept,
        "page_obj": Paginator(judged, LINES_PER_PAGE).get_page(request.GET.get("page")),
        "tally": [(verdict.label, number) for verdict, number in tally],
        "to_invite": dict(tally).get(lists.Verdict.INVITE, 0),
    }
    return render(request, "members/import_result.html", context)


def _say_invited(request: HttpRequest, invited: int, of: int) -> None:
    if not invited:
        messages.info(request, _("Nobody new is invited: they had all been invited before."))
        return
    messages.success(request, _how_many(invited))
    if invited < of:
        messages.info(request, _("The others had been invited before."))


def _how_many(invited: int) -> str:
    sentence = ngettext("%(number)d person is invited.", "%(number)d people are invited.", invited)
    return sentence % {"number": invited}

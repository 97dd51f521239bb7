"""The inbox, its settings, and the button by which something is followed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.signing_in import member_of
from portal.core.numbers import id_in
from portal.core.viewer import viewer_of
from portal.notifications import choosing, listings, querysets, services, watching
from portal.notifications.forms import ApartForm, SettingsForm
from portal.notifications.models import KEY_LENGTH, Notification
from portal.notifications.verbs import Channel


@never_cache
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """GET /notifications/[?before=<pk>]"""
    shown = listings.inbox(viewer_of(request), id_in(request.GET.get("before", "")))
    return render(request, "notifications/inbox.html", {"inbox": shown})


@never_cache
@login_required
@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /notifications/<pk>/: to what the notice is about; it counts as read then."""
    said = listings.find_said(viewer_of(request), pk)
    if said is None:
        raise Http404
    if request.method == "GET":
        services.read(member_of(request).pk, pk)
    return redirect(said.url)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /notifications/<pk>/read/"""
    member = member_of(request)
    if not Notification.objects.of(member.pk).filter(pk=pk).exists():
        raise Http404
    services.read(member.pk, pk)
    return redirect("notifications")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """POST /notifications/read/: all up to the one that stood first on the page, and none that came since."""
    newest = id_in(request.POST.get("up_to", ""))
    if newest:
        services.read_all(member_of(request).pk, newest)
    return redirect("notifications")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """GET and POST /notifications/settings/"""
    viewer, member = viewer_of(request), member_of(request)
    chosen = querysets.settings_of([member.pk])[member.pk]
    watched = listings.watches(viewer, chosen)
    rows = [row for _kind, rows in watched for row in rows]
    form = SettingsForm(request.POST if request.method == "POST" else None, chosen, rows)
    if form.is_bound and form.is_valid():
        if services.choose(member.pk, form.choices()):
            messages.success(request, _("Your settings are kept."))
        return redirect("notifications_settings")
    context = {
        "form": form,
        "watched": [(kind.label, [(row, form.of_watch(row.pk)) for row in rows]) for kind, rows in watched],
    }
    return render(request, "notifications/settings.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST /notifications/settings/<pk>/: what comes through one thing that is followed, each by itself."""
    viewer, member = viewer_of(request), member_of(request)
    row = listings.find_watch(viewer, pk, querysets.settings_of([member.pk])[member.pk])
    if row is None:
        raise Http404
    form = ApartForm(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        if services.choose(member.pk, form.choices()):
            messages.success(request, _("Your settings are kept."))
        return redirect("notifications_settings")
    return render(request, "notifications/settings_apart.html", {"form": form, "row": row})


@login_required
@require_POST
def watch(request: HttpRequest) -> HttpResponse:
    """POST /notifications/watch/: `kind` and `key`; `do` is "stop" to end it. Then back to the thing itself."""
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
    viewer, member = viewer_of(request), member_of(request)
    stops = request.POST.get("do") == "stop"
    link = watching.resolve(kind, [key], viewer).get(key) if len(key) <= KEY_LENGTH else None
    if stops:
        # What one follows can be ended after one may no longer see it.
        services.unwatch(member.pk, kind, key)
    elif link is None:
        raise Http404
    elif services.watch(member.pk, kind, key):
        messages.success(request, _followed(kind, member.pk))
    to_settings = link is None or request.POST.get("back") == "settings"
    return redirect("notifications_settings") if to_settings or link is None else redirect(link.url)


def _followed(kind: str, member_id: int) -> str:
    """How whoever follows something of this kind from now on hears of it."""
    if watching.has_channel(kind):
        return _("You follow it. What happens stands in your inbox; the settings say how else.")
    if choosing.digest_of(querysets.settings_of([member_id])[member_id]) == Channel.OFF:
        return _("It is kept. What is new in it stands in the digest, which you do not get: the settings change that.")
    return _("It is kept. What is new in it stands in your digest.")

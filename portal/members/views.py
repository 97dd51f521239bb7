"""The directory, profiles, and writing to members. What a viewer may not see is 404, except for fixed addresses, which
are no secret: there a visitor is led to sign in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import history
from portal.accounts.models import User
from portal.accounts.signing_in import member_of
from portal.core import media, standing
from portal.core.numbers import id_in
from portal.core.prepared import prepared
from portal.core.viewer import Viewer, viewer_of
from portal.members import access, forms, listings, services
from portal.members.access import Eyes
from portal.members.models import Profile, Visibility
from portal.members.presenting import card

PREVIEWS = {"visitor": Eyes.VISITOR, "member": Eyes.MEMBER}
BLOCKS_PER_PAGE = 50


@never_cache
@login_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """GET /members/[?q=…&<facet>=…&sort=…&page=n]"""
    shown = listings.directory(request)
    may_invite = access.can_invite(viewer_of(request))
    return render(request, "members/directory.html", {"shown": shown, "may_invite": may_invite})


@require_safe
def profile(request: HttpRequest, user_id: int) -> HttpResponse:
    """GET /members/<id>/[?as=visitor|member]; the owner and administrators may look through others' eyes."""
    viewer = viewer_of(request)
    found = find(viewer, user_id)
    own_eyes = access.eyes_of(found, viewer)
    preview = request.GET.get("as", "") if own_eyes is Eyes.OWNER else ""
    eyes = PREVIEWS.get(preview, own_eyes)
    context = {
        "member": found,
        "member_key": str(found.pk),
        "card": card(found, eyes, marked=eyes is Eyes.OWNER),
        "preview": preview if preview in PREVIEWS else "",
        "sees_all": own_eyes is Eyes.OWNER,
        "is_own": viewer.user_id == found.pk,
        "may_contact": access.can_contact(viewer, found),
        "may_block": access.can_block(viewer, found),
        "is_blocked": listings.has_blocked(viewer, found),
        "for_all": found.show_name == Visibility.ALL,
    }
    return render(request, "members/profile.html", context)


@require_safe
def portrait(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """GET /members/<id>/portrait/: the picture, after a look at who asks, each time."""
    found = find(viewer_of(request), user_id)
    if not found.portrait or "portrait" not in access.parts_for(found, viewer_of(request)):
        raise Http404
    is_public = "portrait" in access.parts_seen(found, Eyes.VISITOR)
    # Also a public one is asked for each time: its owner may hide it any moment.
    kept = media.ASK_AGAIN if is_public else media.KEEP_NOTHING
    return media.send(request, media.Parcel(found.portrait, "image/webp", kept))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """GET and POST /members/me/"""
    # Of its own, so that a refused name does not stand in the masthead.
    user = User.objects.get(pk=member_of(request).pk)
    found = services.profile_of(user)
    form = forms.ProfileForm(request.POST or None, request.FILES or None, profile=found)
    if request.method == "POST" and (suspended := standing.sentence(viewer_of(request))):
        messages.warning(request, suspended)
        return redirect(found.url)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        changed = services.edit(
            user,
            show=form.show,
            values=form.values,
            portrait=cleaned["portrait"],
            without_portrait=cleaned.get("remove_portrait", False),
        )
        if changed:
            history.record(user.pk, "profile_changed", request=request)
        messages.success(request, _("Your profile is saved."))
        return redirect(found.url)
    context = {"form": form, "member": found, "card": card(found, Eyes.OWNER)}
    return render(request, "members/edit.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, user_id: int) -> HttpResponse:
    """GET and POST /members/<id>/contact/: a message to a member, as a mail that shows no address."""
    viewer = viewer_of(request)
    found = find(viewer, user_id)
    access.check_contact(viewer, found)
    form = forms.MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _sent(request, found, form):
        messages.success(request, _("Your message is on its way to %(name)s.") % {"name": found.user.name})
        return redirect(found.url)
    return render(request, "members/contact.html", {"member": found, "form": form})


def _sent(request: HttpRequest, receiver: Profile, form: forms.MessageForm) -> bool:
    try:
        services.send(member_of(request), receiver, form.cleaned_data["text"], form.cleaned_data["token"])
    except services.DailyLimitError:
        sentence = ngettext(
            "You have written %(number)d message within a day, which is as many as members may. Try again tomorrow.",
            "You have written %(number)d messages within a day, which is as many as members may. Try again tomorrow.",
            services.MESSAGES_A_DAY,
        )
        form.add_error(None, sentence % {"number": services.MESSAGES_A_DAY})
        return False
    return True


@login_required
@require_POST
def block(request: HttpRequest, user_id: int) -> HttpResponse:
    """POST /members/<id>/block/ with do=block or do=unblock"""
    viewer = viewer_of(request)
    found = find(viewer, user_id)
    access.check_block(viewer, found)
    user = member_of(request)
    if request.POST.get("do") == "unblock":
        services.unblock(user, found.pk)
        messages.success(request, _("%(name)s may write to you again.") % {"name": found.user.name})
    else:
        services.block(user, found.pk)
        messages.success(
            request,
            _("Messages from %(name)s no longer reach you. They are not told.") % {"name": found.user.name},
        )
    return redirect(found.url)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def blocks(request: HttpRequest) -> HttpResponse:
    """GET and POST /members/me/blocks/: whom the member has blocked, closed accounts too."""
    user = member_of(request)
    if request.method == "POST":
        wanted = id_in(request.POST.get("member", ""))
        if wanted is not None and services.unblock(user, wanted):
            messages.success(request, _("This member may write to you again."))
        return redirect("members_blocks")
    page_obj = Paginator(listings.blocks_of(user.pk), BLOCKS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "members/blocks.html", {"page_obj": page_obj})


def find(viewer: Viewer, user_id: int) -> Profile:
    """The visible profile with its account and place. Raises Http404."""
    for found in _visible_profile(user_id, viewer):
        return found
    raise Http404


@prepared
def _visible_profile(user_id: int, viewer: Viewer) -> "QuerySet[Profile, Profile]":
    return Profile.objects.visible(viewer).select_related("user", "place").filter(pk=user_id)

"""The pages behind the buttons on a topic: which question was asked before, what came out of it, whom to ask."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forums import (
    access,
    asking_people,
    forms_keeping,
    forwarding,
    keeping,
    limits,
    listings,
    people,
    views,
    views_writing,
)
from forums.models import BoardPage, Post, Topic
from forums.references import number_in
from portal.accounts.models import User
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core import nominating, ratelimit
from portal.core.nominating import Kind, RefusedError
from portal.core.numbers import id_in
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of
from portal.search.contract import SearchQuery
from portal.search.services import search
from taxonomy.text import clean_line

MOST_ALIKE = 10
LONGEST_QUERY = 200


def duplicate(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/duplicate/<pk>/[?q=<words>]: as which question was this one asked before?"""
    topic = views.find_on_board(viewer_of(request), board, pk)
    if not viewer_of(request).is_member:
        return to_sign_in(request.get_full_path())
    access.check_accept(request, topic)
    viewer = viewer_of(request)
    original, problem = None, ""
    if request.method == "POST":
        original = _earlier(request.POST.get("original", ""), topic, viewer)
        if original is not None and keeping.mark_duplicate(topic, original):
            messages.success(request, _("Both questions now lead to one another."))
            return redirect(topic.url)
        problem = _("Choose another question that you can read: by its address, or from the list.")
    words = clean_line(request.GET.get("q", "") or topic.title)[:LONGEST_QUERY]
    hits = search(SearchQuery(words, kinds=("topic",), size=MOST_ALIKE + 1), viewer).hits
    rows = listings.rows_in_order([hit.pk for hit in hits if hit.pk != topic.pk][:MOST_ALIKE], viewer)
    context = {"page": board, "topic": topic, "board_url": page_url(board), "words": words, "rows": rows}
    return render(request, "forums/duplicate.html", context | {"problem": problem})


def summary(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/summary/<pk>/: what came out of it, for who reads only this."""
    topic = views.find_on_board(viewer_of(request), board, pk)
    if not viewer_of(request).is_member:
        return to_sign_in(request.get_full_path())
    access.check_sum_up(request, topic)
    data = request.POST if request.method == "POST" else None
    form = forms_keeping.SummaryForm(data, initial={"body": topic.summary})
    if form.is_bound and form.is_valid() and request.POST.get("do") != "preview":
        keeping.summarise(topic, form.cleaned_data["body"], member_of(request))
        return redirect(topic.url)
    preview = views_writing.preview_of(form, viewer_of(request))
    return render(request, "forums/summary.html", {"page": board, "topic": topic, "form": form, "preview": preview})


def invite(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/invite/<pk>/[?q=<name>]: who may know?"""
    topic = views.find_on_board(viewer_of(request), board, pk)
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_invite(viewer, topic)
    problem = ""
    if request.method == "POST":
        problem = _invite(topic, request.POST.get("member", ""), member_of(request), viewer)
        if not problem:
            messages.success(request, _("Told. Nobody is told twice of the same question."))
            return redirect(topic.url)
    words = clean_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    found = people.named(words, topic, viewer) if words else people.likely(topic, viewer)
    context = {"page": board, "topic": topic, "words": words, "people": found, "problem": problem}
    return render(request, "forums/invite.html", context)


def choose_forward(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET /forums/<board>/forward/<pk>/: what could the answer become?"""
    viewer = viewer_of(request)
    post = views.find_post(viewer, board, pk)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_put_forward(viewer, post)
    became = forwarding.became_of({post.pk: forwarding.keys_of(post)}, viewer)[post.pk]
    kinds = [(kind, kind.name in became.kinds, became.links.get(kind.name)) for kind in nominating.kinds()]
    context = {"page": board, "post": post, "kinds": kinds, "forward_url": f"{page_url(board)}forward/{post.pk}/"}
    return render(request, "forums/choose_forward.html", context)


def put_forward(request: HttpRequest, board: BoardPage, pk: int, kind: str) -> HttpResponse:
    """GET and POST /forums/<board>/forward/<pk>/<kind>/: what should the answer be called there?"""
    post = views.find_post(viewer_of(request), board, pk)
    found = nominating.find(kind)
    if found is None:
        raise Http404
    if not viewer_of(request).is_member:
        return to_sign_in(request.get_full_path())
    access.check_put_forward(viewer_of(request), post)
    data = request.POST if request.method == "POST" else None
    form = forms_keeping.ForwardForm(data, kind=found, initial={"title": post.topic.title})
    if form.is_bound and form.is_valid() and _put_forward(request, post, found, form):
        return redirect(post.url)
    context = {"page": board, "post": post, "topic": post.topic, "form": form, "kind": found}
    return render(request, "forums/forward.html", context)


def _may_put_forward(request: HttpRequest, form: forms_keeping.ForwardForm) -> bool:
    """Each becomes work for those who settle terms or edit pages."""
    who = f"member {viewer_of(request).user_id}"
    if ratelimit.allowed(request, "put-forward", limits.PUT_FORWARD_AN_HOUR, int(limits.HOUR.total_seconds()), who=who):
        return True
    form.add_error(None, _("You have put many answers forward within the hour. Please try again later."))
    return False


def _put_forward(request: HttpRequest, post: Post, kind: Kind, form: forms_keeping.ForwardForm) -> bool:
    """Whether the answer has been put forward, now or before; the refusal of the other room is in the form."""
    if not _may_put_forward(request, form):
        return False
    typed = form.cleaned_data
    try:
        _made, new = forwarding.put_forward(
            post, kind, member_of(request), title=typed["title"], place=typed.get("place", "")
        )
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Put forward, with credit to its author.") if new else _("It was put forward before."))
    return True


def _invite(topic: Topic, typed: str, by: User, viewer: Viewer) -> str:
    """What is wrong with asking this member, in a sentence; "" when it was done."""
    member = User.objects.filter(pk=id_in(typed) or 0).first()
    if member is None or not people.can_see(member.pk, viewer) or not asking_people.may_be_asked(topic, member, by):
        return _("This person cannot be asked. Choose somebody else.")
    try:
        asking_people.ask(topic, member, by)
    except asking_people.EnoughError as enough:
        return str(enough)
    return ""


def _earlier(typed: str, topic: Topic, viewer: Viewer) -> Topic | None:
    """The visible topic that an address or a number names; None for anything else, and for the topic itself."""
    number = number_in(typed)
    if number is None or number == topic.pk:
        return None
    return Topic.objects.visible(viewer).filter(pk=number).first()

"""Pages on a board for what its moderators do that takes more than a button: edit, move, split, merge."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forums import access, forms_moderating, leading, moderation, splitting, views, views_writing
from forums.forms import PostForm
from forums.models import BoardPage, Topic
from portal.accounts.signing_in import member_of
from portal.core.viewer import viewer_of

# A page that lists posts to choose from lists no more.
MOST_POSTS = 500


def correct(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/moderate/post/<pk>/edit/: a post's text, changed for its author with a reason."""
    access.check_lead(request, board)
    found = views.find_post(viewer_of(request), board, pk)
    kind = forms_moderating.CorrectTitledForm if found.is_question else forms_moderating.CorrectForm
    initial = {"body": found.body, "title": found.topic.title}
    form = kind(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid() and request.POST.get("do") != "preview":
        typed = form.cleaned_data
        changed = moderation.correct(
            found, member_of(request), typed["reason"], body=typed["body"], title=typed.get("title", "")
        )
        views.say_done(request, changed)
        return redirect(views.find_post(viewer_of(request), board, pk).url)
    return _page(request, board, found.topic, form, _("Edit the post"), back=found.url, preview=True)


def move(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/moderate/topic/<pk>/move/"""
    found = _topic(request, board, pk)
    boards = leading.boards_led(viewer_of(request)).exclude(pk=found.board_id).order_by("title")
    form = forms_moderating.MoveForm(request.POST if request.method == "POST" else None, boards=boards)
    if form.is_bound and form.is_valid():
        views.say_done(
            request, moderation.move(found, form.cleaned_data["board"], member_of(request), form.cleaned_data["reason"])
        )
        return redirect(views.find_topic(viewer_of(request), pk).url)
    hint = _("Whoever sees the other board will see the topic.")
    return _page(request, board, found, form, _("Move the topic"), back=found.url, hint=hint)


def split(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/moderate/topic/<pk>/split/: answers become a topic of their own."""
    found = _topic(request, board, pk)
    posts = found.posts.filter(position__gt=1, held=False).select_related("author").order_by("position")
    form = forms_moderating.SplitForm(request.POST if request.method == "POST" else None, posts=posts[:MOST_POSTS])
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        made = splitting.split(found, typed["posts"], member_of(request), title=typed["title"], reason=typed["reason"])
        views.say_done(request, made is not None)
        return redirect(views.find_topic(viewer_of(request), made.pk if made else found.pk).url)
    hint = _("The first of the posts that you choose becomes the question of the new topic.")
    return _page(request, board, found, form, _("Split posts off"), back=found.url, hint=hint)


def merge(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/moderate/topic/<pk>/merge/: everything goes into another topic."""
    found = _topic(request, board, pk)
    form = forms_moderating.MergeForm(
        request.POST if request.method == "POST" else None, topic=found, find=_finder(request)
    )
    if form.is_bound and form.is_valid():
        target: Topic = form.cleaned_data["target"]
        views.say_done(request, splitting.merge(found, target, member_of(request), form.cleaned_data["reason"]))
        return redirect(views.find_topic(viewer_of(request), target.pk).url)
    hint = _("Its posts go into the other topic by the time at which they were written, and its address leads there.")
    return _page(request, board, found, form, _("Merge the topic into another"), back=found.url, hint=hint)


def _topic(request: HttpRequest, board: BoardPage, pk: int) -> Topic:
    """Raises Http404 for all who do not moderate the board, and for a topic that is not on it."""
    access.check_lead(request, board)
    return views.find_on_board(viewer_of(request), board, pk)


def _finder(request: HttpRequest) -> Callable[[int], Topic | None]:
    """Finds the topic of a number among those that are the viewer's to moderate."""
    led: QuerySet[Topic, Topic] = leading.topics_led(viewer_of(request)).select_related("board")
    return lambda pk: led.filter(pk=pk).first()


def _page(
    request: HttpRequest,
    board: BoardPage,
    topic: Topic,
    form: forms_moderating.AnyForm,
    title: str,
    *,
    back: str,
    hint: str = "",
    preview: bool = False,
) -> HttpResponse:
    context = {"page": board, "topic": topic, "form": form, "title": title, "back": back, "hint": hint}
    shown = views_writing.preview_of(form, viewer_of(request)) if isinstance(form, PostForm) else ""
    return render(request, "forums/moderate.html", {**context, "may_preview": preview, "preview": shown})

"""What changes a topic or a post by one press of a button: POST only, then back to the topic."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render

from forums import (
    access,
    actions_answering,
    attaching,
    drafts,
    forms,
    moderation,
    posting,
    services,
    views,
    views_writing,
)
from forums.models import BoardPage, Post, Topic, post_url
from portal.accounts.models import User
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core.viewer import viewer_of
from portal.moderation.forms import ReasonForm

TOPIC_ACTS: dict[str, Callable[[Topic, User, str], bool]] = {
    "hide": moderation.hide_topic,
    "unhide": moderation.unhide_topic,
    "lock": moderation.lock,
    "unlock": moderation.unlock,
    "pin": moderation.pin,
    "unpin": moderation.unpin,
}
# Whether others see what somebody wrote is decided by somebody else.
JUDGING = {"hide", "unhide"}
ACCEPTING: dict[str, Callable[[Topic, Post], bool]] = {"accept": services.accept, "unaccept": services.unaccept}
# Asks who wrote a post whose name is withheld.
WHO = "who"


def topic_action(request: HttpRequest, board: BoardPage, pk: int, action: str) -> HttpResponse:
    """POST /forums/<board>/topic/<pk>/<answer|hide|unhide|lock|unlock|pin|unpin|…>/"""
    if action not in TOPIC_ACTS and action not in {"answer", *actions_answering.TOPIC_ACTS}:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    viewer = viewer_of(request)
    topic = views.find_on_board(viewer, board, pk)
    if not viewer.is_member:
        return to_sign_in(topic.url)
    if action == "answer":
        return _answer(request, topic)
    if action in actions_answering.TOPIC_ACTS:
        return actions_answering.TOPIC_ACTS[action](request, topic)
    if action in JUDGING:
        access.check_judge(request, topic)
    else:
        access.check_lead(request, board)
    form = ReasonForm(request.POST)
    if form.is_valid():
        views.say_done(request, TOPIC_ACTS[action](topic, member_of(request), form.cleaned_data["reason"]))
    else:
        messages.error(request, " ".join(map(str, form.errors["reason"])))
    return redirect(topic.url)


def post_action(request: HttpRequest, board: BoardPage, pk: int, action: str) -> HttpResponse:
    """POST /forums/<board>/post/<pk>/<accept|unaccept|who|…>/"""
    known = (ACCEPTING, actions_answering.POST_ACTS, (WHO,))
    if not any(action in names for names in known):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    viewer = viewer_of(request)
    post = views.find_post(viewer, board, pk)
    if not viewer.is_member:
        return to_sign_in(post.url)
    if action in actions_answering.POST_ACTS:
        return actions_answering.POST_ACTS[action](request, post)
    if action in ACCEPTING:
        access.check_accept(request, post.topic)
        views.say_done(request, ACCEPTING[action](post.topic, post))
        return redirect(post.url)
    access.check_look_up_names(request)
    return _who(request, post)


def _who(request: HttpRequest, post: Post) -> HttpResponse:
    """The withheld name, on a page of its own that nothing keeps."""
    author = moderation.look_up_name(post, member_of(request))
    if author is None:
        raise Http404
    context = {"page": post.topic.board, "post": post, "topic": post.topic, "author": author}
    return views_writing.private(render(request, "forums/who_wrote.html", context))


def _answer(request: HttpRequest, topic: Topic) -> HttpResponse:
    access.check_answer(viewer_of(request), topic)
    form = forms.PostForm(request.POST)
    if views_writing.wants_to_keep(request, form):
        return views_writing.kept(request, topic.board, drafts.answering(topic.pk), form)
    attached = attaching.read(request, form)
    if form.is_valid() and views.wants_to_post(request, form):
        cleaned = form.cleaned_data
        post, created = services.answer(
            topic,
            member_of(request),
            body=cleaned["body"],
            token=cleaned["token"],
            files=attached.files,
            held=posting.why_held(request, topic.board, form),
        )
        if post.held:
            messages.info(request, views.WAITS)
        return redirect(post_url(topic.url, post.pk, post.position) if created else post.url)
    return views.topic_page(request, topic, form, "last")

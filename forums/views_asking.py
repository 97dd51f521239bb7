"""Beginning a topic: the form, what is like it already, and what it is about."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from forums import (
    access,
    attaching,
    besides,
    drafts,
    forms,
    listings,
    notifications,
    posting,
    services,
    views,
    views_writing,
)
from forums.forms_asking import AskForm, ConceptsForm
from forums.models import Attachment, BoardPage, Draft, Topic
from forums.similar import similar
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core import standing
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.notifications.verbs import Channel

# What the form says of the topic itself.
CHOSEN = ("kind", "title", "body", "concepts", "withheld", "mailed", "token")
# How whoever begins a topic will hear of what others write in it.
_HEARD = {
    Channel.INBOX: gettext_lazy("What others write to it will stand in your inbox."),
    Channel.NOW: gettext_lazy("We shall mail you when somebody writes to it."),
    Channel.DAILY: gettext_lazy("What others write to it comes with your daily mail."),
    Channel.WEEKLY: gettext_lazy("What others write to it comes with your weekly mail."),
}


def ask(request: HttpRequest, board: BoardPage) -> HttpResponse:
    """GET and POST /forums/<board>/new/[?about=<page id>][&q=<the question>]"""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    if suspended := standing.sentence(viewer):
        messages.error(request, suspended)
        return redirect(page_url(board))
    access.check_ask(viewer, board)
    place = drafts.asking(board.pk)
    draft = drafts.find(viewer.user_id, place) if request.method == "GET" else None
    about = _about(request, draft)
    may_announce = access.can_lead(viewer, board)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        initial={
            **(besides.begun(draft, may_announce=may_announce) if draft else {}),
            **_begun(request.GET.get("q", ""), draft),
        },
        may_announce=may_announce,
    )
    if views_writing.wants_to_keep(request, form):
        return views_writing.kept(request, board, place, form)
    attached = attaching.read(request, form, draft=draft)
    if form.is_bound and form.is_valid() and views.wants_to_post(request, form):
        return _asked(request, board, form, about, attached.files)
    title = form["title"].value() or ""
    context = {
        "page": board,
        "form": form,
        "about": about,
        "board_url": page_url(board),
        "place": place,
        "draft": draft,
        "preview": views_writing.preview_of(form, viewer),
        "similar": similar(str(title), viewer),
        "forums_url": listings.index_url(),
    }
    return render(request, "forums/ask.html", context)


def _asked(
    request: HttpRequest, board: BoardPage, form: AskForm, about: Page | None, files: list[Attachment]
) -> HttpResponse:
    chosen = {name: form.cleaned_data[name] for name in CHOSEN}
    held = posting.why_held(request, board, form)
    topic, _created = services.ask(board, member_of(request), about=about, held=held, files=files, **chosen)
    messages.success(request, _said(topic))
    return redirect(topic.url)


def similar_topics(request: HttpRequest) -> HttpResponse:
    """GET /forums/similar/?q=<a title>: what is like it, as a piece of HTML. For members, who alone can ask."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        raise Http404
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    found = similar(request.GET.get("q", ""), viewer)
    return views_writing.private(render(request, "forums/partials/similar.html", {"similar": found}))


def concepts(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/concepts/<topic>/: what the topic is about."""
    viewer = viewer_of(request)
    topic = views.find_on_board(viewer, board, pk)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_tag(request, topic)
    question = topic.posts.filter(position=1).values_list("body", flat=True).first() or ""
    current = [str(key) for key in topic.concepts.values_list("pk", flat=True)]
    form = ConceptsForm(
        request.POST if request.method == "POST" else None,
        initial={"concepts": current},
        texts=(topic.title, question, " ".join(topic.concepts.values_list("title", flat=True))),
    )
    if form.is_bound and form.is_valid():
        services.tag(topic, form.cleaned_data["concepts"])
        return redirect(topic.url)
    return render(request, "forums/concepts.html", {"page": board, "topic": topic, "form": form})


def _about(request: HttpRequest, draft: Draft | None) -> Page | None:
    """The page that the topic is to be about: what the form or the address says, else what the draft says."""
    named = request.POST.get("about") or request.GET.get("about", "")
    return views.page_about(named or (draft.data.get("about", "") if draft else ""), viewer_of(request))


def _begun(brought: str, draft: Draft | None) -> dict[str, Any]:
    """The first values of the form: the draft, and words that were brought along. Neither pushes the other out."""
    begun: dict[str, Any] = dict(forms.begun(brought))
    if draft is None:
        return begun
    words = begun.get("body") or begun.get("title", "")
    if not draft.title:
        return {"title": begun.get("title", ""), "body": draft.body}
    lines = [draft.body] if not words or words in {draft.title, draft.body} else [words, draft.body]
    return {"title": draft.title, "body": "\n\n".join(line for line in lines if line)}


def _said(topic: Topic) -> str:
    if topic.held:
        return str(views.WAITS)
    words = [_("Your question is on the board.") if topic.is_question else _("It is on the board.")]
    if topic.author_id is not None:
        heard = _HEARD.get(notifications.channel_of_answers(topic, topic.author_id))
        words += [str(heard)] if heard else []
    return " ".join(words)

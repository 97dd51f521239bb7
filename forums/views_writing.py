"""While somebody writes: the preview, members to mention, drafts, and what was quoted. Small answers to small requests,
every one of which the page can do without."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forums import access, attaching, besides, drafts, forms, listings, mentions, unfurling
from forums.forms import TitledPostForm
from forums.forms_asking import AskForm
from forums.models import BoardPage, ForumIndexPage, Post, Topic
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core import references
from portal.core.numbers import id_in
from portal.core.ratelimit import allowed
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of

LONGEST_QUOTE = 8_000
# So often in so many seconds: whoever types all the time asks for a third of it.
MOST_ASKED = (300, 60)
Answer = Callable[[HttpRequest, BoardPage, Viewer], HttpResponse]


def write(request: HttpRequest, board: BoardPage, what: str) -> HttpResponse:
    """/forums/<board>/write/<preview|draft|members>/, for members."""
    viewer = viewer_of(request)
    if what not in _ANSWERS or not viewer.is_member:
        raise Http404
    method, answer = _ANSWERS[what]
    if request.method != method:
        return HttpResponseNotAllowed([method])
    if not allowed(request, "writing", *MOST_ASKED, who=str(viewer.user_id)):
        return HttpResponse(status=429)
    return private(answer(request, board, viewer))


def _preview(request: HttpRequest, board: BoardPage, viewer: Viewer) -> HttpResponse:
    """POST: how the text would look, and the concepts that it names, as two pieces of HTML."""
    form = AskForm(request.POST, may_announce=True)
    form.is_valid()
    context = {"form": form, "preview": preview_of(form, viewer)}
    return render(request, "forums/partials/while_writing.html", context)


def _members(request: HttpRequest, board: BoardPage, viewer: Viewer) -> HttpResponse:
    """GET ?q=<the beginning of a name>: {"members": [{"name", "text"}]}, whom one may mention on this board."""
    found = mentions.offered(request.GET.get("q", ""), board, viewer)
    return JsonResponse({"members": [{"name": name, "text": mentions.written(name, pk)} for pk, name in found]})


def _draft(request: HttpRequest, board: BoardPage, viewer: Viewer) -> HttpResponse:
    """POST place and what the form holds: kept. 204, 404 for a place where the member may not write, or 413 and a
    sentence for a text of which a part could not be kept."""
    place = request.POST.get("place", "")
    if not may_write(place, board, viewer):
        raise Http404
    typed = _typed(request, TitledPostForm.base_fields)
    if forms.is_too_long(typed["title"], typed["body"]):
        return HttpResponse(forms.too_long(), status=413, content_type="text/plain; charset=utf-8")
    data = besides.said(request.POST, asks=place == drafts.asking(board.pk))
    drafts.save(member_of(request), place, **typed, data=data)
    return HttpResponse(status=204)


_ANSWERS: dict[str, tuple[str, Answer]] = {
    "preview": ("POST", _preview),
    "members": ("GET", _members),
    "draft": ("POST", _draft),
}


def wants_to_keep(request: HttpRequest, form: forms.PostForm) -> bool:
    """Whether "Save as draft" was pressed. What is too long is not kept, and no valid form: it says so."""
    asked = form.is_bound and request.POST.get("do") == "draft"
    return asked and not any(form.has_error(name, "max_length") for name in ("title", "body"))


def kept(
    request: HttpRequest, board: BoardPage, place: str, form: forms.PostForm, post: Post | None = None
) -> HttpResponse:
    """What "Save as draft" does: keep what was typed and chosen, and show the member's drafts."""
    attached = attaching.sent(request, post)
    data = besides.said(request.POST, asks=place == drafts.asking(board.pk))
    data["attached"] = [file.key for file in attached.files]
    drafts.save(member_of(request), place, **_typed(request, form.fields), data=data)
    for problem in attached.problems:
        messages.error(request, problem)
    messages.success(request, _("Your draft is kept. Open it here whenever you want to go on."))
    return redirect(f"{listings.index_url()}drafts/")


def _typed(request: HttpRequest, fields: Mapping[str, Field]) -> dict[str, str]:
    """Cleaned as in the form, but not judged: a draft need not be finished."""
    typed = dict.fromkeys(("title", "body", "token"), "")
    return typed | {name: str(fields[name].to_python(request.POST.get(name, ""))) for name in typed if name in fields}


def may_write(place: str, board: BoardPage, viewer: Viewer) -> bool:
    """Whether `place` is on this board, and the viewer may write there."""
    parsed = drafts.parsed(place)
    if parsed is None:
        return False
    what, pk = parsed
    if what == drafts.ASK:
        return pk == board.pk and access.can_ask(viewer, board)
    if what == drafts.ANSWER:
        topic = Topic.objects.visible(viewer).select_related("board").filter(board=board, pk=pk).first()
        return topic is not None and access.can_answer(viewer, topic)
    post = Post.objects.visible(viewer).select_related("topic__board").filter(topic__board=board, pk=pk).first()
    return post is not None and access.can_edit(viewer, post)


def drafts_list(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET and POST /forums/drafts/: what the member has begun; a POST throws one away."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    if request.method == "POST":
        gone = drafts.throw_away(member_of(request), id_in(request.POST.get("draft", "")) or 0)
        messages.info(request, _("The draft is gone.") if gone else _("There is no such draft any more."))
        return redirect(f"{page_url(index)}drafts/")
    return render(request, "forums/drafts.html", {"page": index, "rows": drafts.rows(viewer)})


def preview_of(form: forms.PostForm, viewer: Viewer) -> str:
    """How the text of a bound, valid form will look to whoever reads what the writer may read."""
    return shown([form.preview], viewer)[0] if form.preview else ""


def shown(texts: list[str], viewer: Viewer) -> list[str]:
    """Html of posts as `viewer` reads it: with cards, and with mentioned members under their names of today."""
    ids = {str(pk) for text in texts for pk in mentions.mentioned(text)}
    members = references.resolve("member", ids, viewer)
    return [mentions.renamed(text, members) for text in unfurling.unfurled(texts, viewer)]


def quoted(request: HttpRequest, topic: Topic) -> str:
    """The post that ?quote= names, as the beginning of an answer: its lines behind ">", below who said it and where."""
    asked = id_in(request.GET.get("quote", ""))
    if asked is None:
        return ""
    found = Post.objects.visible(viewer_of(request)).select_related("author", "topic__board")
    post = found.filter(topic=topic, pk=asked, hidden=False).first()
    if post is None:
        return ""
    body = post.body if len(post.body) <= LONGEST_QUOTE else post.body[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    source = f"[{_('%(name)s wrote') % {'name': mentions.plain(post.shown_author)}}]({post.permalink}):"
    lines = "\n".join(f"> {line}".rstrip() for line in body.splitlines())
    return f"{source}\n\n{lines}\n\n"


def answer_begun(request: HttpRequest, topic: Topic, draft: str | None) -> forms.PostForm:
    """The answer form with the member's draft and its files, and with what is to be quoted."""
    quote = quoted(request, topic)
    body = draft or ""
    if quote and quote.strip() not in body:
        body = f"{body.rstrip()}\n\n{quote}".lstrip()
    form = forms.PostForm(initial={"body": body} if body else None)
    if draft is not None:
        member = member_of(request)
        attaching.begin(form, member, drafts.attached(member.pk, drafts.answering(topic.pk)))
    return form


def private(response: HttpResponse) -> HttpResponse:
    """It depends on who asks, and is true for the moment only."""
    response.headers["Cache-Control"] = "private, no-store"
    return response

"""The forums' pages. Each view parses, authorises, calls one service and redirects, or reads rows and renders them.

Wagtail has routed here and `portal.core.wagtail_hooks` has answered 404 to whoever may not see the board.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from forums import (
    access,
    attaching,
    differences,
    drafts,
    forms,
    front,
    listings,
    marks,
    posting,
    services,
    views_writing,
)
from forums.models import BODY_LENGTH, POSTS_PER_PAGE, BoardPage, ForumIndexPage, Post, Topic
from forums.presenting import TopicPage
from portal.accounts.signing_in import member_of, sign_in_url, to_sign_in
from portal.core import sections, standing
from portal.core.closing import is_closed
from portal.core.numbers import id_in
from portal.core.prepared import prepared
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of
from portal.moderation.forms import ReasonForm
from portal.search.panels import ANSWERED, panel
from portal.search.vocabulary import facet_schemes
from taxonomy.text import clean_line

WAITS = gettext_lazy("A moderator looks at what you write before others see it. Until then you see it and they do not.")
# The boards stand above them.
NEWEST_SHOWN = 10
FIRST_FACETS = ("service-line", "topic", "level")


def boards(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/: the boards, then the questions of all of them, by words and facets."""
    shown = front.front(index, viewer_of(request))
    context = {
        "page": index,
        **_question_list(request, NEWEST_SHOWN, "topics"),
        "groups": _grouped(shown.boards),
        "waiting": shown.waiting,
        "ask_url": page_url(index) + "ask/",
        "questions_url": page_url(index) + "questions/",
        "drafts_url": page_url(index) + "drafts/",
        "topics": sum(row.topics for row in shown.boards),
        "unanswered": sum(row.waiting for row in shown.boards),
    }
    return render(request, "forums/forum_index_page.html", context)


def questions(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/questions/: the questions of all boards, by words and facets."""
    shown = _question_list(request, listings.TOPICS_ON_A_PAGE)
    return render(request, "forums/questions.html", {"page": index, **shown, "ask_url": page_url(index) + "ask/"})


def _question_list(request: HttpRequest, size: int, anchor: str = "") -> dict[str, Any]:
    """The questions that match the words and the chosen facets, with the facets' counts."""
    facets = dict.fromkeys((ANSWERED, *FIRST_FACETS, *(scheme.slug for scheme in facet_schemes())))
    shown = panel(
        request, kinds=("topic",), facets=tuple(facets), size=size, sort="newest", anchor=anchor, ask=front.search
    )
    # Words are answered with what they stand in; who browses sees how alive the topics are.
    hits = () if shown.found.query.text else shown.found.hits
    rows = listings.rows_of_hits(hits, viewer_of(request))
    return {"panel": shown, "found": shown.found, "rows": rows}


def choose_board(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/ask/[?about=<page id>][&q=<the question>]: where does the question belong?"""
    viewer = viewer_of(request)
    about = page_about(request.GET.get("about", ""), viewer)
    context = {
        "page": index,
        "groups": _grouped(listings.board_rows(index, viewer)),
        "about": about,
        "query": _carried(about, request.GET.get("q", "")),
    }
    return render(request, "forums/choose_board.html", context)


def topic(request: HttpRequest, board: BoardPage, pk: int, slug: str) -> HttpResponse:
    """GET /forums/<board>/<pk>-<slug>/[?page=n]; an outdated slug or board leads to the right address, with all that
    was asked for."""
    found = _topic_or_heir(viewer_of(request), pk)
    if found.board_id != board.pk or found.slug != slug:
        asked = request.GET.urlencode()
        return redirect(f"{found.url}?{asked}" if asked else found.url)
    return topic_page(request, found)


def topic_page(
    request: HttpRequest, found: Topic, form: forms.PostForm | None = None, number: object = None
) -> HttpResponse:
    """The topic with its answer form: `form` holds what was typed, otherwise it is begun with the member's draft.

    `number` picks the page, "last" the last one.
    """
    viewer = viewer_of(request)
    # The counter stands in for the rows: posts are hidden, never deleted, and recounted every night.
    paginator = Paginator(range(found.post_count), POSTS_PER_PAGE)
    page_obj = paginator.get_page(paginator.num_pages if number == "last" else request.GET.get("page"))
    rows = listings.post_rows(found, page_obj.start_index(), page_obj.end_index(), viewer)
    access.check_read(request, found, hidden=any(row.hidden for row in rows))
    shown = TopicPage(found, viewer, rows)
    if form is None:
        form = views_writing.answer_begun(request, found, rows[0].draft if rows else None)
    context = {
        "page": found.board,
        "topic": found,
        "shown": shown,
        "page_obj": page_obj,
        "form": form if shown.may_answer else None,
        "preview": views_writing.preview_of(form, viewer) if shown.may_answer else "",
        "place": drafts.answering(found.pk),
        "reason_form": ReasonForm() if shown.may_moderate else None,
        "sign_in_url": sign_in_url(found.url + "#answer"),
        "closed": is_closed(found.board),
        "has_feed": access.has_feed(viewer, found.board) and not found.hidden,
        "suspended": standing.sentence(viewer),
    }
    response = render(request, "forums/topic.html", context)
    if viewer.user_id is not None and shown.read > shown.own.read:
        marks.read_when_sent(response, viewer.user_id, found.pk, shown.read)
    return response


def post(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET /forums/<board>/post/<pk>/: the post on its page of the topic, on whichever board it stands now."""
    found = _posts(viewer_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return redirect(found.url)


def edit(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/post/<pk>/edit/"""
    viewer = viewer_of(request)
    found = find_post(viewer, board, pk)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_edit(viewer, found)
    form_class = forms.TitledPostForm if found.is_question else forms.PostForm
    place = drafts.editing(found.pk)
    draft = drafts.find(viewer.user_id, place) if request.method == "GET" else None
    initial = {"body": draft.body if draft else found.body, "title": (draft and draft.title) or found.topic.title}
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if views_writing.wants_to_keep(request, form):
        return views_writing.kept(request, board, place, form, found)
    attached = attaching.read(request, form, found, draft)
    if form.is_bound and form.is_valid() and wants_to_save(request, form):
        typed = form.cleaned_data
        held = posting.why_edit_held(request, form, found)
        services.edit(found, body=typed["body"], title=typed.get("title", ""), files=attached.files, held=held)
        changed = find_post(viewer, board, pk)
        if changed.held:
            messages.info(request, WAITS)
        return redirect(changed.url)
    context = {
        "page": board,
        "post": found,
        "topic": found.topic,
        "form": form,
        "board_url": page_url(board),
        "place": place,
        "draft": draft,
        "forums_url": listings.index_url(),
        "preview": views_writing.preview_of(form, viewer),
    }
    return render(request, "forums/edit.html", context)


def history(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET /forums/<board>/post/<pk>/history/[?page=n]: what each edit changed, the latest first."""
    found = find_post(viewer_of(request), board, pk)
    access.check_read_history(request, found)
    pages = Paginator(found.versions.all(), differences.EDITS_ON_A_PAGE)
    page_obj = pages.get_page(request.GET.get("page"))
    context = {
        "page": board,
        "post": found,
        "topic": found.topic,
        "page_obj": page_obj,
        "edits": differences.edits(found, page_obj.start_index(), page_obj.end_index()),
    }
    return render(request, "forums/history.html", context)


def wants_to_post(request: HttpRequest, form: forms.PostForm) -> bool:
    """Whether a valid `form` should be posted now: not previewed, and nothing is in the way (`forums.posting`).

    What is in the way is added to the form as an error, in a sentence. What was posted before is no new post.
    """
    if request.POST.get("do") == "preview":
        return False
    author = member_of(request)
    if services.posted(author, form.cleaned_data["token"]) is not None:
        return True
    refusal = posting.objection(request, form)
    if refusal:
        form.add_error(None, refusal)
    return not refusal and not posting.asks_guidelines(request, form)


def wants_to_save(request: HttpRequest, form: forms.PostForm) -> bool:
    """The same for an edit of a post."""
    if request.POST.get("do") == "preview":
        return False
    refusal = posting.edit_objection(request, form)
    if refusal:
        form.add_error(None, refusal)
    return not refusal


def find_topic(viewer: Viewer, pk: int) -> Topic:
    """The visible topic with its board, author and what it is about; a hidden one for who runs its board too. Raises
    Http404."""
    for found in _visible_topic(pk, viewer):
        return found
    # The kept SQL knows no paths, and few who get here run a board.
    paths = sections.run_by(viewer)
    hidden = _with_all(Topic.objects.visible(viewer, paths)).filter(pk=pk).first() if paths else None
    if hidden is None:
        raise Http404
    return hidden


def _topic_or_heir(viewer: Viewer, pk: int) -> Topic:
    """The visible topic, or the one into which it was merged. Raises Http404."""
    for found in _visible_topic(pk, viewer):
        return found
    heir = Topic.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    return find_topic(viewer, pk if heir is None else heir)


@prepared
def _visible_topic(pk: int, viewer: Viewer) -> "QuerySet[Topic, Topic]":
    return _with_all(Topic.objects.visible(viewer)).filter(pk=pk)


def _with_all(found: "QuerySet[Topic, Topic]") -> "QuerySet[Topic, Topic]":
    """With what a topic's page needs of other tables."""
    return found.select_related("board__gate", "about__gate", "summary_by")


def find_on_board(viewer: Viewer, board: BoardPage, pk: int) -> Topic:
    """The visible topic, if it stands on `board`. Raises Http404."""
    found = find_topic(viewer, pk)
    if found.board_id != board.pk:
        raise Http404
    return found


def find_post(viewer: Viewer, board: BoardPage, pk: int) -> Post:
    """The visible post of `board` with its topic; a hidden one for who runs the board too. Raises Http404."""
    found: Post | None = _posts(viewer).filter(pk=pk, topic__board=board).first()
    if found is None:
        raise Http404
    return found


def _posts(viewer: Viewer) -> "QuerySet[Post, Post]":
    return Post.objects.visible(viewer, sections.run_by(viewer)).select_related("topic__board")


def say_done(request: HttpRequest, changed: bool) -> None:
    """Say on the next page whether what a button does was done."""
    messages.info(request, _("Done.") if changed else _("Nothing to change: somebody has done so before."))


def _carried(about: Page | None, question: str) -> str:
    """The query string by which a board's form knows what was brought along."""
    brought = {"about": str(about.pk) if about else "", "q": clean_line(question)[:BODY_LENGTH]}
    query = urlencode({name: value for name, value in brought.items() if value})
    return f"?{query}" if query else ""


def page_about(value: str, viewer: Viewer) -> Page | None:
    """The visible page that a question is about; None for any other text."""
    pk = id_in(value)
    if pk is None:
        return None
    return Page.objects.filter(pk=pk, live=True, depth__gt=1, gate__audience_id__in=viewer.audiences).first()


def _grouped(rows: list[listings.BoardRow]) -> list[tuple[str, list[listings.BoardRow]]]:
    """The boards under the heading of their group."""
    return [
        (str(group.label), [row for row in rows if row.group == group.value])
        for group in BoardPage.Group
        if any(row.group == group.value for row in rows)
    ]

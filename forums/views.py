"""The forums' pages. Each view parses, authorises, calls one service and redirects, or reads rows and renders them.

Wagtail has routed here and `portal.core.wagtail_hooks` has answered 404 to whoever may not see the board.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from wagtail.models import Page

from forums import access, forms, limits, listings, marks, services
from forums.models import BODY_LENGTH, POSTS_PER_PAGE, BoardPage, ForumIndexPage, Post, Topic
from forums.presenting import TopicPage
from portal.accounts.signing_in import member_of, sign_in_url, to_sign_in
from portal.core.closing import is_closed
from portal.core.prepared import prepared
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of
from portal.search.panels import ANSWERED, panel
from portal.search.vocabulary import facet_schemes
from taxonomy.text import clean_line

FIRST_FACETS = ("service-line", "topic", "level")


def boards(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/"""
    viewer = viewer_of(request)
    rows = listings.board_rows(index, viewer)
    context = {
        "page": index,
        "groups": _grouped(rows),
        "waiting": listings.waiting(viewer, chips=False),
        "ask_url": page_url(index) + "ask/",
        "questions_url": page_url(index) + "questions/",
        "topics": sum(row.topics for row in rows),
        "unanswered": sum(row.waiting for row in rows),
    }
    return render(request, "forums/forum_index_page.html", context)


def questions(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/questions/: the questions of all boards, by words and facets."""
    facets = dict.fromkeys((ANSWERED, *FIRST_FACETS, *(scheme.slug for scheme in facet_schemes())))
    shown = panel(request, kinds=("topic",), facets=tuple(facets), size=listings.TOPICS_ON_A_PAGE, sort="newest")
    hits = () if shown.found.query.text else shown.found.hits
    context = {
        "page": index,
        "panel": shown,
        "found": shown.found,
        "rows": listings.rows_in_order([hit.pk for hit in hits], viewer_of(request)),
        "ask_url": page_url(index) + "ask/",
    }
    return render(request, "forums/questions.html", context)


def choose_board(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/ask/[?about=<page id>][&q=<the question>]: where does the question belong?"""
    viewer = viewer_of(request)
    about = _about(request.GET.get("about", ""), viewer)
    context = {
        "page": index,
        "groups": _grouped(listings.board_rows(index, viewer)),
        "about": about,
        "query": _carried(about, request.GET.get("q", "")),
    }
    return render(request, "forums/choose_board.html", context)


def ask(request: HttpRequest, board: BoardPage) -> HttpResponse:
    """GET and POST /forums/<board>/new/[?about=<page id>][&q=<the question>]"""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_ask(viewer, board)
    about = _about(request.POST.get("about") or request.GET.get("about", ""), viewer)
    asked = forms.begun(request.GET.get("q", ""))
    form = forms.TitledPostForm(request.POST if request.method == "POST" else None, initial=asked)
    if form.is_bound and form.is_valid() and wants_to_post(request, form):
        cleaned = form.cleaned_data
        topic, _created = services.ask(
            board, member_of(request), title=cleaned["title"], body=cleaned["body"], token=cleaned["token"], about=about
        )
        messages.success(request, _("Your question is on the board. We shall mail you when somebody answers."))
        return redirect(topic.url)
    context = {"page": board, "form": form, "about": about, "board_url": page_url(board)}
    return render(request, "forums/ask.html", context)


def topic(request: HttpRequest, board: BoardPage, pk: int, slug: str) -> HttpResponse:
    """GET /forums/<board>/<pk>-<slug>/[?page=n]; an outdated slug or board leads to the right address."""
    found = find_topic(viewer_of(request), pk)
    if found.board_id != board.pk or found.slug != slug:
        return redirect(found.url)
    return topic_page(request, found, forms.PostForm())


def topic_page(request: HttpRequest, found: Topic, form: forms.PostForm, number: object = None) -> HttpResponse:
    """The topic with its answer form, which may hold what was typed; `number` picks the page, "last" the last one."""
    viewer = viewer_of(request)
    # The counter stands in for the rows: posts are hidden, never deleted, and recounted every night.
    paginator = Paginator(range(found.post_count), POSTS_PER_PAGE)
    page_obj = paginator.get_page(paginator.num_pages if number == "last" else request.GET.get("page"))
    rows = listings.post_rows(found, page_obj.start_index(), page_obj.end_index(), viewer)
    access.check_read(request, found, hidden=any(row.hidden for row in rows))
    shown = TopicPage(found, viewer, rows)
    context = {
        "page": found.board,
        "topic": found,
        "shown": shown,
        "page_obj": page_obj,
        "form": form if shown.may_answer else None,
        "move_form": _move_form(found, viewer),
        "sign_in_url": sign_in_url(found.url + "#answer"),
        "closed": is_closed(found.board),
        "has_feed": access.has_feed(viewer, found.board) and not found.hidden,
    }
    response = render(request, "forums/topic.html", context)
    if viewer.user_id is not None and rows and rows[-1].position > shown.own.read:
        marks.read_when_sent(response, viewer.user_id, found.pk, rows[-1].position)
    return response


def post(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET /forums/<board>/post/<pk>/: the post on its page of the topic."""
    return redirect(find_post(viewer_of(request), board, pk).url)


def edit(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET and POST /forums/<board>/post/<pk>/edit/"""
    viewer = viewer_of(request)
    found = find_post(viewer, board, pk)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_edit(viewer, found)
    form_class = forms.TitledPostForm if found.is_question else forms.PostForm
    initial = {"body": found.body, "title": found.topic.title}
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid() and request.POST.get("do") != "preview":
        services.edit(found, body=form.cleaned_data["body"], title=form.cleaned_data.get("title", ""))
        return redirect(find_post(viewer, board, pk).url)
    return render(request, "forums/edit.html", {"page": board, "post": found, "topic": found.topic, "form": form})


def history(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET /forums/<board>/post/<pk>/history/: what the post said before."""
    found = find_post(viewer_of(request), board, pk)
    access.check_read_history(request, found)
    return render(
        request,
        "forums/history.html",
        {"page": board, "post": found, "topic": found.topic, "versions": found.versions.all()[:100]},
    )


def wants_to_post(request: HttpRequest, form: forms.PostForm) -> bool:
    """Whether a valid `form` should be posted now: not previewed, and not by a member who must pause.

    The pause is added to the form as an error, in a sentence. What was posted before is no new post.
    """
    if request.POST.get("do") == "preview":
        return False
    author = member_of(request)
    sent_before = Post.objects.filter(author=author, client_token=form.cleaned_data["token"]).exclude(client_token="")
    pause = "" if viewer_of(request).is_moderator or sent_before.exists() else limits.too_fast(author)
    if pause:
        form.add_error(None, pause)
    return not pause


def find_topic(viewer: Viewer, pk: int) -> Topic:
    """The visible topic with its board, author and what it is about. Raises Http404."""
    for found in _visible_topic(pk, viewer):
        return found
    raise Http404


@prepared
def _visible_topic(pk: int, viewer: Viewer) -> "QuerySet[Topic, Topic]":
    shown = Topic.objects.visible(viewer).select_related("board__gate", "about__gate", "summary_by")
    return shown.filter(pk=pk)


def find_post(viewer: Viewer, board: BoardPage, pk: int) -> Post:
    """The visible post of `board` with its topic. Raises Http404."""
    found: Post | None = (
        Post.objects.visible(viewer).select_related("topic__board").filter(pk=pk, topic__board=board).first()
    )
    if found is None:
        raise Http404
    return found


def _carried(about: Page | None, question: str) -> str:
    """The query string by which a board's form knows what was brought along."""
    brought = {"about": str(about.pk) if about else "", "q": clean_line(question)[:BODY_LENGTH]}
    query = urlencode({name: value for name, value in brought.items() if value})
    return f"?{query}" if query else ""


def _about(value: str, viewer: Viewer) -> Page | None:
    """The visible page that a question is about; None for any other text."""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        return None
    return Page.objects.filter(pk=int(value), live=True, depth__gt=1, gate__audience_id__in=viewer.audiences).first()


def _move_form(topic: Topic, viewer: Viewer) -> forms.MoveForm | None:
    if not access.can_moderate(viewer):
        return None
    return forms.MoveForm(boards=BoardPage.objects.visible(viewer).exclude(pk=topic.board_id).order_by("title"))


def _grouped(rows: list[listings.BoardRow]) -> list[tuple[str, list[listings.BoardRow]]]:
    """The boards under the heading of their group."""
    return [
        (str(group.label), [row for row in rows if row.group == group.value])
        for group in BoardPage.Group
        if any(row.group == group.value for row in rows)
    ]

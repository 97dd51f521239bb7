"""What feed readers get of public boards, as visitors see them: a board's questions, those about a concept, and the
answers to one. A feed reader has no session, so what is not everybody's has no feed at all."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from forums.models import BoardPage, ForumIndexPage, Post, Topic, post_url, topic_url
from portal.core.prepared import prepared
from portal.core.urlpaths import address_of, page_url
from portal.core.viewer import VISITOR, Viewer
from taxonomy.querysets import by_slug

ENTRIES = 50
TYPE = "application/atom+xml; charset=utf-8"


class Entry(NamedTuple):
    """One question or answer. `updated` is when something was last said to it. `author` is "" where nobody may know.

    `key` tells it from all others, under whatever title and on whatever board it stands.
    """

    key: str
    title: str
    url: str
    html: str
    author: str
    written: datetime
    updated: datetime


def of_board(request: HttpRequest, board: BoardPage) -> HttpResponse:
    """GET /forums/<board>/feed/: the board's questions, those that were last alive first."""
    if not BoardPage.objects.visible(VISITOR).filter(pk=board.pk).exists():
        raise Http404
    return _answer(request, board.title, page_url(board), f"{page_url(board)}feed/", _questions(board.pk, None))


def of_concept(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/feed/[?concept=<slug>]: the questions of all public boards, or those about a concept."""
    slug = request.GET.get("concept", "")
    concept = next(iter(by_slug([slug]).values()), None) if slug else None
    if slug and concept is None:
        raise Http404
    title = _("Questions about %s") % concept.title if concept else _("Questions on all boards")
    query = f"?concept={concept.slug}" if concept else ""
    address = page_url(index)
    found = _questions(None, concept.pk if concept else None)
    return _answer(request, title, f"{address}latest/{query}", f"{address}feed/{query}", found)


def of_topic(request: HttpRequest, board: BoardPage, pk: int) -> HttpResponse:
    """GET /forums/<board>/feed/<pk>/: what is said to one question, the newest first."""
    topic = Topic.objects.visible(VISITOR).filter(pk=pk, board=board.pk).first()
    if topic is None:
        raise Http404
    url = topic_url(page_url(board), topic.pk, topic.slug)
    return _answer(request, topic.title, url, f"{page_url(board)}feed/{topic.pk}/", _posts(topic, url))


def _questions(board_id: int | None, concept_id: int | None) -> list[Entry]:
    """One query."""
    return [
        Entry(
            f"topic:{pk}",
            title,
            topic_url(address_of(path), pk, slug),
            html,
            "" if withheld else name or "",
            written,
            updated,
        )
        for pk, title, slug, path, withheld, written, updated, html, name in _asked(board_id, concept_id, VISITOR)
        if html is not None
    ]


@prepared
def _asked(board_id: int | None, concept_id: int | None, viewer: Viewer) -> "QuerySet[Topic, tuple[Any, ...]]":
    found = Topic.objects.visible_in_order(viewer)
    if board_id is not None:
        found = Topic.objects.visible(viewer).filter(board=board_id)
    if concept_id is not None:
        found = found.about(concept_id)
    # Not joined: the database would begin with all posts that are questions.
    question = Post.objects.filter(topic=OuterRef("pk"), position=1, hidden=False).values("html")
    return (
        found.annotate(html=Subquery(question))
        .newest_activity()
        .values_list(
            "pk", "title", "slug", "board__url_path", "withheld", "created_at", "last_post_at", "html", "author__name"
        )[:ENTRIES]
    )


def _posts(topic: Topic, url: str) -> list[Entry]:
    """One query. Who asked with the name withheld may answer too, and is not named there either."""
    found = Post.objects.visible(VISITOR).filter(topic=topic.pk).order_by("-position")
    rows = found.values_list("pk", "position", "html", "withheld", "author__name", "created_at", "edited_at")
    return [
        Entry(
            f"post:{pk}",
            topic.title if position == 1 else _("Answer %(number)d: %(title)s") % _numbered(position, topic),
            post_url(url, pk, position),
            html,
            "" if withheld else name or "",
            written,
            edited or written,
        )
        for pk, position, html, withheld, name, written, edited in rows[:ENTRIES]
    ]


def _numbered(position: int, topic: Topic) -> dict[str, Any]:
    return {"number": position - 1, "title": topic.title}


def _answer(request: HttpRequest, title: str, url: str, feed_url: str, entries: Iterable[Entry]) -> HttpResponse:
    base = settings.BASE_URL.rstrip("/")
    feed = Atom1Feed(
        title=f"{title} · {settings.PORTAL_NAME}", link=base + url, description="", feed_url=base + feed_url
    )
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=base + entry.url,
            description=entry.html,
            # Not the address, which a new title or another board changes: readers would show the entry once more.
            unique_id=f"tag:{urlsplit(base).hostname},{entry.written:%Y-%m-%d}:{entry.key}",
            author_name=entry.author or None,
            pubdate=entry.written,
            updateddate=entry.updated,
        )
    body = feed.writeString("utf-8").encode()
    response = HttpResponse(body, content_type=TYPE)
    tag = quote_etag(hashlib.blake2b(body, digest_size=12).hexdigest())
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response

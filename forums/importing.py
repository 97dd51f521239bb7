"""Boards and topics from entries of data files: made once, brought up to date afterwards, and nobody is mailed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from wagtail.models import Page, Site

from forums import services
from forums.models import BoardPage, ForumIndexPage, Post, Topic
from portal.accounts.models import User
from portal.core.text import render_markdown
from taxonomy.models import Concept
from taxonomy.querysets import by_slug

# Answers of one day follow one another in the order of the file.
STEP = timedelta(minutes=40)


@transaction.atomic
def upsert_index(home: Page, *, title: str = "Forums", summary: str = "") -> tuple[ForumIndexPage, bool]:
    """The forum index under `home`, and whether it was made or changed."""
    index = ForumIndexPage.objects.child_of(home).first()
    if index is None:
        index = ForumIndexPage(title=title, slug="forums", summary=summary)
        home.add_child(instance=index)
        return index, True
    return index, _update_page(index, {"title": title, "summary": summary})


@transaction.atomic
def upsert_board(parent: Page, entry: Mapping[str, Any]) -> tuple[BoardPage, bool]:
    """The board of `entry` (slug, title, summary, group, order, concepts) below the forum index or a working group, and
    whether it was made or changed.

    Raises ValueError for a concept that does not exist.
    """
    wanted = {
        "title": entry["title"],
        "summary": entry.get("summary", ""),
        "group": entry.get("group", BoardPage.Group.TOPIC),
        "order": entry.get("order", 0),
    }
    concepts = concepts_of(entry.get("concepts", ()))
    board = BoardPage.objects.child_of(parent).filter(slug=entry["slug"]).first()
    if board is None:
        board = BoardPage(slug=entry["slug"], **wanted)
        board.concepts.set(concepts)
        parent.add_child(instance=board)
        return board, True
    if {concept.pk for concept in board.concepts.all()} != {concept.pk for concept in concepts}:
        board.concepts.set(concepts)
        wanted["concepts"] = None
    return board, _update_page(board, wanted)


@transaction.atomic
def upsert_topic(entry: Mapping[str, Any], authors: Mapping[str, User], now: datetime) -> tuple[Topic, bool]:
    """The topic of `entry`, found again by its `slug`, and whether anything was made or changed.

    `entry` is one file of topics: slug, board (its slug, or the site path of a group's board), title, concepts (slugs),
    about (site path or ""), and posts (author key, days_ago before `now`, body, accepted), the question first. Posts
    that members added stay.
    Raises KeyError for an unknown author, and ValueError for an unknown board, concept or page.
    """
    board = _board(entry["board"])
    if board is None:
        raise ValueError(f"Topic {entry['slug']}: there is no board {entry['board']!r}.")
    about = page_at(entry.get("about", ""))
    concepts = concepts_of(entry.get("concepts", ()))
    topic = Topic.objects.filter(key=entry["slug"]).first()
    if topic is None:
        return _new_topic(entry, board, authors, about, concepts, now), True
    return topic, _update_topic(topic, entry, board, about, concepts)


def _board(name: str) -> BoardPage | None:
    """The board of the forums with this slug, or the board at this site path ("/groups/x/board/")."""
    page = page_at(name) if "/" in name else None
    found = BoardPage.objects.filter(pk=page.pk) if page else BoardPage.objects.filter(slug=name)
    return found.first()


def page_at(path: str) -> Page | None:
    """The page at a site path such as "/cases/x/"; None for "". Raises ValueError if there is none."""
    if not path:
        return None
    root = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    page: Page | None = Page.objects.filter(url_path=root.url_path + path.strip("/") + "/").first()
    if page is None:
        raise ValueError(f"There is no page at {path!r}.")
    return page


def concepts_of(slugs: Iterable[str]) -> list[Concept]:
    """The concepts with these slugs. Raises ValueError naming those that do not exist."""
    wanted = set(slugs)
    found = by_slug(wanted)
    missing = wanted - found.keys()
    if missing:
        raise ValueError(f"There are no concepts {', '.join(sorted(missing))}.")
    return list(dict.fromkeys(found.values()))


def _new_topic(
    entry: Mapping[str, Any],
    board: BoardPage,
    authors: Mapping[str, User],
    about: Page | None,
    concepts: list[Concept],
    now: datetime,
) -> Topic:
    question, *answers = entry["posts"]
    topic, _created = services.ask(
        board,
        authors[question["author"]],
        title=entry["title"],
        body=question["body"].strip(),
        about=about,
        concepts=concepts,
        at=_moment(question, 0, now),
        key=entry["slug"],
        tell=False,
    )
    for number, said in enumerate(answers, start=1):
        at = _moment(said, number, now)
        post, _ = services.answer(topic, authors[said["author"]], body=said["body"].strip(), at=at, tell=False)
        if said.get("accepted"):
            services.accept(topic, post, tell=False)
    topic.refresh_from_db()
    return topic


def _moment(said: Mapping[str, Any], number: int, now: datetime) -> datetime:
    return min(now, now - timedelta(days=said["days_ago"]) + number * STEP)


def _update_topic(
    topic: Topic, entry: Mapping[str, Any], board: BoardPage, about: Page | None, concepts: list[Concept]
) -> bool:
    """Bring a topic made before to what the file says now. Dates, answers by members and moderation stay."""
    wanted = {"board_id": board.pk, "title": entry["title"], "about_id": about.pk if about else None}
    changed = any(getattr(topic, name) != value for name, value in wanted.items())
    if changed:
        Topic.objects.filter(pk=topic.pk).update(slug=services.slug_of(entry["title"]), **wanted)
    if set(topic.concepts.values_list("pk", flat=True)) != {concept.pk for concept in concepts}:
        topic.concepts.set(concepts)
        changed = True
    posts = list(topic.posts.filter(edited_at=None).order_by("position")[: len(entry["posts"])])
    for post, said in zip(posts, entry["posts"], strict=False):
        body = said["body"].strip()
        if post.position <= len(entry["posts"]) and post.body != body:
            Post.objects.filter(pk=post.pk).update(body=body, html=render_markdown(body))
            changed = True
    return changed and services.settle(topic)


def _update_page(page: Page, wanted: Mapping[str, Any]) -> bool:
    changed = "concepts" in wanted
    for name, value in wanted.items():
        if name != "concepts" and getattr(page, name) != value:
            setattr(page, name, value)
            changed = True
    if changed:
        page.draft_title = page.title
        page.save()
    return changed

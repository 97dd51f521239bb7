"""Asks a filled portal what is to be measured: `python -m benchmarks.forums.facts` prints one JSON object."""

import json
from dataclasses import asdict, dataclass, field

from benchmarks.forums.planning import LONG_POSTS
from benchmarks.pages import Reader, address

# So many members post, each a few times, and so many topics are posted to.
WRITERS, TOPICS = 20, 40
TYPICAL_POSTS = 20
FIRST_TOPIC, MIDDLE_TOPIC = "topic, first page", "topic, middle page"
FIRST_LIST, DEEP_LIST, UNANSWERED = "board, first page", "board, deep page", "board, unanswered"
LATEST, BOARDS = "all boards, latest", "forums' front page"


@dataclass(slots=True)
class Facts:
    """Of one portal: addresses by page, queries by page and reader, Cookie headers, and where to post."""

    topics: int = 0
    posts: int = 0
    cookie: str = ""
    paths: dict[str, str] = field(default_factory=dict)
    queries: dict[str, dict[str, int | None]] = field(default_factory=dict)
    writers: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    long_place: str = ""

    @classmethod
    def read(cls, text: str) -> "Facts":
        """The facts in the last line of a process's output."""
        return cls(**json.loads(text.rstrip().splitlines()[-1]))


def ask_portal() -> Facts:
    """Collect the facts. Django must be set up."""
    from django.test import Client

    from benchmarks.queries import queries_of, signed_in
    from forums.lists import Key
    from forums.models import POSTS_PER_PAGE, BoardPage, ForumIndexPage, Post, Topic
    from portal.core.urlpaths import page_url

    open_topics = Topic.objects.filter(hidden=False, locked=False).select_related("board")
    board = BoardPage.objects.order_by("depth", "path")[0]
    longest = open_topics.filter(post_count__gte=LONG_POSTS).order_by("pk")
    long = next(topic for topic in longest if topic.board.depth == board.depth)
    shown = Topic.objects.filter(board=board, pinned=False, hidden=False).newest_activity()
    middle = shown[shown.count() // 2]
    index = page_url(ForumIndexPage.objects.get())
    facts = Facts(topics=Topic.objects.count(), posts=Post.objects.count())
    facts.paths = {
        FIRST_TOPIC: long.url,
        MIDDLE_TOPIC: f"{long.url}?page={long.post_count // POSTS_PER_PAGE // 2}",
        FIRST_LIST: page_url(board),
        DEEP_LIST: f"{page_url(board)}?after={Key(False, middle.last_post_at, middle.pk)}",
        UNANSWERED: f"{page_url(board)}?show=unanswered",
        LATEST: f"{index}latest/",
        BOARDS: index,
    }
    member = signed_in()
    for name, path in facts.paths.items():
        facts.queries[name] = {
            reader.value: queries_of(member if reader is Reader.MEMBER else Client(), address(path, reader))
            for reader in (Reader.VISITOR, Reader.MEMBER)
        }
    facts.cookie = _cookie(member)
    facts.writers = sessions(WRITERS)
    usual = open_topics.filter(post_count__range=(TYPICAL_POSTS - 8, TYPICAL_POSTS + 8), board__depth=board.depth)
    facts.places = [topic.url for topic in usual.order_by("pk")[:TOPICS]]
    facts.long_place = long.url
    return facts


def sessions(number: int) -> list[str]:
    """The Cookie headers of members of the crowd who may post: those who have written least lately."""
    from datetime import timedelta

    from django.db.models import Count, Q
    from django.test import Client
    from django.utils import timezone

    from forums.models import Post
    from portal.accounts.models import User

    since = timezone.now() - timedelta(hours=2)
    lately = dict(
        Post.objects.filter(created_at__gt=since).order_by().values_list("author_id").annotate(number=Count("pk"))
    )
    members = User.objects.filter(Q(email__startswith="crowd-")).exclude(pk__in=[pk for pk in lately if pk])
    cookies = []
    for member in members.order_by("-pk")[:number]:
        client = Client()
        client.force_login(member)
        cookies.append(_cookie(client))
    return cookies


def _cookie(client: "object") -> str:
    cookies = client.cookies  # type: ignore[attr-defined]
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())


def main() -> None:
    import django

    django.setup()
    print(json.dumps(asdict(ask_portal())))


if __name__ == "__main__":
    main()

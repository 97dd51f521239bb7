"""Fills a portal's boards in bulk: `python -m benchmarks.forums.filling --topics 100000 --posts 2000000`.

In a process of a portal with the demonstration content. The rows are those that members' posts would have made:
counters, accepted answers, chips, and what a member has read. Entries of search are made by the forums' own code, with
the index made at the end, as after a first import.
"""

import argparse
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.forums.planning import Forum, Uneven, moment, numbered, plan

if TYPE_CHECKING:
    from forums.models import Topic

TOPICS, POSTS = 100_000, 2_000_000
SEED = 7
AT_ONCE = 2000
# Posts repeat so many texts, made once: rendering two million takes an hour and shows nothing.
TEXTS = 400
# How many of the topics the measured member has read.
READ = 0.2
ACCEPTED_AFTER = timedelta(hours=1)
POST_COLUMNS = ("id", "topic_id", "author_id", "body", "html", "created_at", "position", "hidden", "accepted_at")
Progress = Callable[[int], object]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Text:
    """A post as it was typed, and rendered."""

    body: str
    html: str


@dataclass(slots=True)
class Filling:
    """One filling of the boards: what is chosen from, and where the numbers of the rows begin."""

    random: Random
    forum: Forum
    boards: Uneven
    members: Uneven
    concepts: Uneven
    texts: Sequence[Text]
    first_topic: int
    first_post: int
    titles: Callable[[], str]
    progress: Progress
    # What becomes known of a topic while its posts are planned: its last post, hidden answers, who asked.
    last: "array[float]" = field(init=False)
    hidden: "array[int]" = field(init=False)
    askers: "array[int]" = field(init=False)
    writers: "array[int]" = field(init=False)

    def __post_init__(self) -> None:
        number = len(self.forum.sizes)
        self.last, self.hidden = array("d", bytes(8 * number)), array("l", bytes(8 * number))
        self.askers = array("l", bytes(8 * number))
        self.writers = array("l", self.members.choose(self.random, len(self.forum.events)))
        for at, (event, position) in enumerate(numbered(self.forum)):
            if position == 1:
                self.askers[event.topic] = self.writers[at]
            if is_hidden(self.forum, event.topic, position):
                self.hidden[event.topic] += 1
            else:
                self.last[event.topic] = event.at

    def topics(self) -> Iterator["Topic"]:
        """The topics as their counters will have to say."""
        from forums.models import Topic
        from forums.services import slug_of

        begun = [0.0] * len(self.forum.sizes)
        for event, position in numbered(self.forum):
            if position == 1:
                begun[event.topic] = event.at
        boards = self.boards.choose(self.random, len(begun))
        for topic, size in enumerate(self.forum.sizes):
            title = self.titles()
            made = Topic(
                pk=self.first_topic + topic,
                board_id=boards[topic],
                title=title,
                slug=slug_of(title),
                author_id=self.askers[topic],
                created_at=moment(begun[topic]),
                last_post_at=moment(self.last[topic]),
                # Three in a thousand stand first on their board, or take no more answers.
                pinned=topic % 5000 == 1,
                locked=topic % 400 == 7,
                post_count=size,
                reply_count=size - 1 - self.hidden[topic],
                accepted_count=int(self.forum.accepted[topic] > 0),
                tallied_on=boards[topic],
            )
            made.tallied_waiting = made.waits
            yield made

    def posts(self) -> Iterator[tuple[Any, ...]]:
        """The values of `POST_COLUMNS` of each post."""
        from django.db import connection

        adapted = connection.ops.adapt_datetimefield_value
        chosen = Uneven.of(range(len(self.texts)), len(self.texts)).choose(self.random, len(self.forum.events))
        for at, (event, position) in enumerate(numbered(self.forum)):
            text, written = self.texts[chosen[at]], moment(event.at)
            accepted = written + ACCEPTED_AFTER if self.forum.accepted[event.topic] == position else None
            yield (
                self.first_post + at,
                self.first_topic + event.topic,
                self.writers[at],
                text.body,
                text.html,
                adapted(written),
                position,
                is_hidden(self.forum, event.topic, position),
                adapted(accepted),
            )

    def write(self) -> None:
        """Write all rows, a lot at a time, in the order in which they were written."""
        from django.db import transaction

        from benchmarks.forums.rows import Rows
        from forums import counting
        from forums.models import Post, Topic

        for topics in lots(self.topics(), AT_ONCE):
            with transaction.atomic():
                Topic.objects.bulk_create(topics)
                self._tag([topic.pk for topic in topics])
            self.progress(len(topics))
        rows = Rows(Post, POST_COLUMNS)
        for posts in lots(self.posts(), 5 * AT_ONCE):
            with transaction.atomic():
                rows.write(posts)
            self.progress(len(posts))
        counting.recount_boards()

    def _tag(self, topic_ids: Sequence[int]) -> None:
        """Up to three concepts each; a fifth of the topics has none."""
        from forums.models import Topic

        through = Topic.concepts.through
        through.objects.bulk_create(
            through(topic_id=pk, concept_id=concept)
            for pk in topic_ids
            for concept in sorted(set(self.concepts.choose(self.random, self.random.choice((0, 1, 1, 2, 3)))))
        )


def is_hidden(forum: Forum, topic: int, position: int) -> bool:
    """A few answers are hidden: always the same ones, so that counters know of them beforehand; no accepted one."""
    return position > 1 and (topic * 31 + position) % 500 == 0 and forum.accepted[topic] != position


def texts(random: Random) -> list[Text]:
    """What posts say: paragraphs, some with a list, emphasis or a link."""
    from benchmarks.search.words import Vocabulary
    from portal.core.text import render_markdown

    vocabulary = Vocabulary(random)
    made = []
    for number in range(TEXTS):
        words = max(6, min(400, int(random.lognormvariate(3.9, 0.8))))
        parts = [vocabulary.text(max(3, words // 2)).capitalize() + "." for _ in range(2)]
        if number % 4 == 0:
            parts.insert(1, "\n".join(f"- **{vocabulary.text(2)}** {vocabulary.text(4)}" for _ in range(3)))
        if number % 6 == 0:
            parts.append(f"See [{vocabulary.text(3)}](https://example.gov/{number}).")
        body = "\n\n".join(parts)
        made.append(Text(body, render_markdown(body)))
    return made


def fill(topics: int, posts: int, now: datetime, progress: Progress) -> None:
    """Write `topics` topics and `posts` posts beside what is on the boards."""
    from django.core.management.color import no_style
    from django.db import connection
    from django.db.models import Max

    from benchmarks.search.words import Vocabulary
    from forums.models import BoardPage, Post, Topic
    from portal.accounts.models import User
    from taxonomy.models import Concept

    random = Random(SEED)  # noqa: S311  (made-up content)
    # The forums' own boards have the most; those of working groups stand deeper in the tree.
    boards = list(BoardPage.objects.order_by("depth", "path").values_list("pk", flat=True))
    members = list(User.objects.filter(email__startswith="crowd-").order_by("pk").values_list("pk", flat=True))
    concepts = list(Concept.objects.filter(status="agreed").order_by("pk").values_list("pk", flat=True))
    if not (boards and members and concepts):
        raise ValueError("There must be boards, concepts, and members of the crowd.")
    filling = Filling(
        random=random,
        forum=plan(random, topics, posts, now),
        boards=Uneven.of(boards, 1),
        members=Uneven.of(members, 20),
        concepts=Uneven.of(concepts, 5),
        texts=texts(random),
        first_topic=(Topic.objects.aggregate(last=Max("pk"))["last"] or 0) + 1,
        first_post=(Post.objects.aggregate(last=Max("pk"))["last"] or 0) + 1,
        titles=Vocabulary(random).title,
        progress=progress,
    )
    filling.write()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Topic, Post]):
            cursor.execute(statement)


def read_by(member_id: int, progress: Progress) -> None:
    """Let a member have read a fifth of the topics: half of these to the end."""
    from django.db import transaction

    from forums.models import ReadMark, Topic

    random = Random(SEED)  # noqa: S311
    counted = Topic.objects.order_by("pk").values_list("pk", "post_count")
    marks = (
        ReadMark(member_id=member_id, topic_id=pk, position=posts if random.random() < 0.5 else max(1, posts // 2))
        for pk, posts in counted
        if random.random() < READ
    )
    for some in lots(marks, AT_ONCE):
        with transaction.atomic():
            ReadMark.objects.bulk_create(some)
        progress(len(some))


def record(progress: Progress) -> None:
    """Make the topics' entries of search by the forums' own code, and the index when all are written."""
    from django.db import transaction

    from benchmarks.search.content import without_index
    from forums.models import Topic
    from portal.search import recording, registry

    kind = registry.get("topic")
    if kind is None:
        raise LookupError("The forums have registered no topics with search.")
    with without_index():
        for some in lots(list(Topic.objects.order_by("pk").values_list("pk", flat=True)), AT_ONCE // 4):
            with transaction.atomic():
                recording.execute(recording.plan(kind, some))
            progress(len(some))


def tidy() -> None:
    """What PostgreSQL does by itself sooner or later, and the clock for SQLite at night: look at the tables."""
    from django.db import connection

    from portal.core import statistics

    statistics.refresh()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def lots(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """`things` in lists of `size`, the last one perhaps shorter."""
    left = iter(things)
    while some := list(islice(left, size)):
        yield some


def crowd() -> None:
    """Members who write: those of the benchmark's crowd, who joined when the forums began."""
    from benchmarks.crowd import make_members
    from portal.accounts.models import User

    members = User.objects.filter(email__startswith="crowd-")
    if not members.exists():
        for _made in make_members():
            pass
        # New members may write less in an hour.
        members.update(date_joined=datetime.now(UTC) - timedelta(days=2000))


def main(arguments: Sequence[str] | None = None) -> None:
    import django

    django.setup()
    from tqdm import tqdm

    from benchmarks.queries import MEMBER
    from portal.accounts.models import User

    parser = argparse.ArgumentParser(prog="python -m benchmarks.forums.filling", description="Fill boards in bulk.")
    parser.add_argument("--topics", type=int, default=TOPICS, help=f"how many topics ({TOPICS})")
    parser.add_argument("--posts", type=int, default=POSTS, help=f"how many posts in them ({POSTS})")
    parser.add_argument("--without-search", action="store_true", help="make no entries of search")
    options = parser.parse_args(arguments)
    with tqdm(total=options.topics + options.posts, unit="row", desc="filling", file=sys.stderr) as bar:
        crowd()
        fill(options.topics, options.posts, datetime.now(UTC), bar.update)
        bar.set_description("reading")
        read_by(User.objects.get(email=MEMBER).pk, lambda _number: None)
    if not options.without_search:
        with tqdm(total=options.topics, unit="topic", desc="recording", file=sys.stderr) as bar:
            record(bar.update)
    tidy()


if __name__ == "__main__":
    main()

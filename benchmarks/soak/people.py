"""The members who post: each sends a form again and again, as it is, until it is acknowledged."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic, sleep

from benchmarks.browser import Answer, Browser, Form, form_in
from benchmarks.load import NO_ANSWER

WORDS = "In our county the first year cost more than we had said, and the second one less."
# Nobody waits longer for one post.
PATIENCE_SECONDS = 300
PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The portal has said that it has the post: `post` is its number, from the address that it named."""

    member: int
    topic: int
    token: str
    post: int


@dataclass(frozen=True, slots=True)
class Topic:
    """Where to post."""

    pk: int
    path: str


@dataclass(slots=True)
class Crowd:
    """What the members did together."""

    progress: Callable[[], object]
    acknowledged: list[Acknowledged] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    repeats: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: Answer) -> None:
        with self._lock:
            self.statuses[answer.status] += 1
            if answer.status == 302:
                self.milliseconds.append(answer.milliseconds)

    def keep(self, done: Acknowledged, repeats: int) -> None:
        with self._lock:
            self.acknowledged.append(done)
            self.repeats += repeats
        self.progress()


def post_all(port: int, members: Sequence[tuple[int, str]], topics: Sequence[Topic], posts: int, crowd: Crowd) -> None:
    """Let every member, (number, Cookie header), post his share of `posts`; all begin at once."""
    gate = threading.Barrier(len(members))
    share, more = divmod(posts, len(members))
    threads = [
        threading.Thread(target=_post, args=(port, member, topics, place, share + (place < more), gate, crowd))
        for place, member in enumerate(members)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _post(
    port: int,
    member: tuple[int, str],
    topics: Sequence[Topic],
    place: int,
    number: int,
    gate: threading.Barrier,
    crowd: Crowd,
) -> None:
    browser = Browser(port, member[1])
    gate.wait()
    for step in range(number):
        topic = topics[(place + step) % len(topics)]
        form = _form(browser, topic, crowd)
        if form is None or not _send(browser, member[0], topic, form, crowd):
            crowd.gave_up.append(f"member {member[0]} at {topic.path}")
            return


def _form(browser: Browser, topic: Topic, crowd: Crowd) -> Form | None:
    """The form of the topic's page, asked for until it comes."""
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        page = browser.get(topic.path)
        crowd.note(page)
        form = form_in(page.text, "/answer/") if page.status == 200 else None
        if form is not None:
            return form
        sleep(PAUSE_SECONDS)
    return None


def _send(browser: Browser, member: int, topic: Topic, form: Form, crowd: Crowd) -> bool:
    """Send the form until it is acknowledged; False if it never is, or the portal refuses it."""
    deadline = monotonic() + PATIENCE_SECONDS
    repeats = 0
    while monotonic() < deadline:
        answer = browser.post(form.action, {**form.fields, "body": WORDS, "do": "post"})
        crowd.note(answer)
        if answer.status == 302:
            number = int(answer.location.rpartition("#post-")[2])
            crowd.keep(Acknowledged(member, topic.pk, form.fields["token"], number), repeats)
            return True
        if answer.status != NO_ANSWER and answer.status < 500:
            return False
        repeats += 1
        sleep(PAUSE_SECONDS)
    return False

"""What the soak does inside the portal, in processes of its own: `python -m benchmarks.soak.inside <step>`.

`people`: members with sessions, and topics whose askers are mailed. `later`: twenty minutes pass, the clock's jobs run
and a worker does what is left. `check`: compare what is there with what was acknowledged, which comes as JSON.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

MEMBERS, ASKERS, TOPICS = 50, 5, 10
LATER = timedelta(minutes=20)


def people() -> dict[str, Any]:
    """A board with topics, whose askers are mailed each answer, and members: the members' ids and Cookie headers, and
    the topics' ids and addresses."""
    from django.test import Client

    from forums import importing, services
    from portal.home.models import HomePage

    index, _made = importing.upsert_index(HomePage.objects.get())
    board, _made = importing.upsert_board(index, {"slug": "soak", "title": "Soak"})
    askers = [_member(f"asker-{number}@soak.example") for number in range(ASKERS)]
    topics = [
        services.ask(
            board, askers[number % ASKERS], title=f"What did it cost you? ({number})", body="Who knows?", mailed=True
        )[0]
        for number in range(TOPICS)
    ]
    members = []
    for number in range(MEMBERS):
        member, client = _member(f"soak-{number}@soak.example"), Client()
        client.force_login(member)
        members.append((member.pk, "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())))
    return {"members": members, "topics": [(topic.pk, topic.url) for topic in topics]}


def _member(email: str) -> Any:
    """A member of long standing whose address is confirmed, and who has accepted the guidelines."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from portal.accounts.models import User
    from portal.demo import rules

    member = User.objects.create_user(email, name=email.partition("@")[0])
    User.objects.filter(pk=member.pk).update(date_joined=timezone.now() - timedelta(days=400))
    EmailAddress.objects.create(user=member, email=email, verified=True, primary=True)
    rules.accept_for(member)
    return member


def later() -> dict[str, Any]:
    """Let the clock's jobs (not the nightly ones, which compare everything) and a worker run, twenty minutes on."""
    from django.core.management import call_command
    from django.utils import timezone

    from portal.core import ticks

    said = {}
    moment = timezone.now() + LATER
    with patch("django.utils.timezone.now", lambda: moment):
        call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)
        for job in ticks.jobs():
            if job.hour is None:
                said[job.name] = str(job.fn() or "")
        call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)
    return said


def check(acknowledged: list[dict[str, Any]]) -> dict[str, Any]:
    """Sentences on what is wrong, and the Message-IDs and recipients of the letters that were settled."""
    from portal.core.models import Letter

    topics = {one["topic"] for one in acknowledged}
    wrong = [*_posts(acknowledged), *_counters(topics), *_search(topics), *_letters(acknowledged), *_tasks()]
    settled = Letter.objects.exclude(settled_at=None).select_related("recipient")
    return {
        "wrong": wrong,
        "mails": [(letter.recipient.email, f"{letter.kind}-{letter.pk}") for letter in settled if letter.recipient],
    }


def _posts(acknowledged: list[dict[str, Any]]) -> Iterator[str]:
    from forums.models import Post

    written = Post.objects.filter(author__email__endswith="@soak.example", position__gt=1)
    found = {(post.author_id, post.client_token): post for post in written}
    if written.count() != len(acknowledged):
        yield f"{written.count()} posts were stored, {len(acknowledged)} acknowledged."
    for one in acknowledged:
        post = found.get((one["member"], one["token"]))
        if post is None:
            yield f"A post of member {one['member']} was acknowledged and is lost."
        elif (post.pk, post.topic_id) != (one["post"], one["topic"]):
            yield f"Post {post.pk} was acknowledged as {one['post']}."


def _counters(topics: set[int]) -> Iterator[str]:
    from forums.models import Post, Topic

    for wrong in Topic.objects.filter(pk__in=topics).miscounted():
        yield f"Topic {wrong.pk} says {wrong.post_count} posts and {wrong.reply_count} answers, which is wrong."
    for topic in topics:
        positions = list(Post.objects.filter(topic=topic).order_by("position").values_list("position", flat=True))
        if positions != list(range(1, len(positions) + 1)):
            yield f"The positions in topic {topic} are not dense."


def _search(topics: set[int]) -> Iterator[str]:
    from forums.models import Post
    from portal.search import engines, recording, registry
    from portal.search.models import SearchEntry

    for kind in registry.kinds():
        if kind.name == "topic":
            plan = recording.plan(kind, sorted(topics))
            yield from (f"{item.entry.key} is not what its topic says." for item in plan.write)
    entries = Counter(
        SearchEntry.objects.filter(kind="topic", object_pk__in=topics).values_list("object_pk", flat=True)
    )
    yield from (f"Topic {topic} has {entries[topic]} entries." for topic in topics if entries[topic] != 1)
    for topic, passages in SearchEntry.objects.filter(kind="topic", object_pk__in=topics).values_list(
        "object_pk", "passages"
    ):
        posts = Post.objects.filter(topic=topic, hidden=False).count()
        if len(passages) != posts:
            yield f"Topic {topic} has {posts} posts, and its entry {len(passages)} passages."
    yield from engines.current().verify()


def _letters(acknowledged: list[dict[str, Any]]) -> Iterator[str]:
    from forums.notifications import ANSWER
    from portal.core.models import Letter
    from portal.notifications.models import Notification, Telling
    from portal.notifications.services import LETTER

    notices = dict(Notification.objects.filter(verb=ANSWER).values_list("pk", "about"))
    settled = Letter.objects.filter(kind=LETTER, settled_at__isnull=False)
    told = Counter(notices.values())
    mailed = Counter(notices[pk] for pk in settled.values_list("about", flat=True) if pk in notices)
    for one in acknowledged:
        if (told[one["post"]], mailed[one["post"]]) != (1, 1):
            times = f"{told[one['post']]} times, and mailed {mailed[one['post']]} times,"
            yield f"The asker was told {times} of post {one['post']}."
    waiting = Telling.objects.count()
    if waiting:
        yield f"{waiting} tellings were never ended."
    unsettled = Letter.objects.filter(settled_at=None).count()
    if unsettled:
        yield f"{unsettled} letters were never settled."


def _tasks() -> Iterator[str]:
    from django_tasks_db.models import DBTaskResult

    left = DBTaskResult.objects.ready().count()
    if left:
        yield f"{left} tasks were never done."


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "people":
        said = people()
    elif sys.argv[1] == "later":
        said = later()
    else:
        said = check(json.loads(sys.stdin.read()))
    print(json.dumps(said))


if __name__ == "__main__":
    main()

"""Reporting, the queue and the trail, and what moderators do on a board. The lead of the table's group has a queue, and
of the general boards nothing in it."""

from collections.abc import Sequence

from forums import moderation, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.moderation import guidelines
from portal.moderation.models import Act
from tests.factories.forums import BoardFactory
from tests.site.rows import MEMBERS_ONLY, Rows, Statuses

HANDLERS: Statuses = (302, 404, 404, 200, 404, 200, 200, 404)
MODERATORS: Statuses = (404, 404, 404, 404, 404, 200, 200, 404)
NO_POST: Statuses = 405

ROWS: Rows = {
    "forums.BoardPage records/<slug:form>/": (
        "{moderated}records/json/",
        MODERATORS,
        (404, 404, 404, 404, 404, 405, 405, 404),
    ),
    "forums.BoardPage records/topic/<id:pk>/<slug:form>/": (
        "{moderated}records/topic/{moderated_pk}/print/",
        MODERATORS,
        (404, 404, 404, 404, 404, 405, 405, 404),
    ),
    "moderation/": ("/moderation/", HANDLERS, NO_POST),
    "moderation/log/": ("/moderation/log/", (404, 404, 404, 200, 404, 200, 200, 404), NO_POST),
    "moderation/log/<id:pk>/undo/": (
        "/moderation/log/{act_pk}/undo/",
        405,
        (404, 404, 404, 404, 404, 302, 302, 404),
    ),
    "moderation/members/<id:user_id>/": ("/moderation/members/{reported_pk}/", MODERATORS, MODERATORS),
    "moderation/things/<slug:kind>/<slug:key>/": (
        "/moderation/things/topic/{moderated_pk}/",
        MODERATORS,
        (404, 404, 404, 404, 404, 302, 302, 404),
    ),
    "moderation/report/<slug:kind>/<slug:key>/": (
        "/moderation/report/topic/{moderated_pk}/",
        (302, 404, 200, 200, 200, 200, 200, 200),
        (302, 404, 200, 200, 200, 200, 200, 200),
    ),
    "moderation/guidelines/": ("/moderation/guidelines/", 200, 405),
    "moderation/reports/": ("/moderation/reports/", MEMBERS_ONLY, (302, 405, 405, 405, 405, 405, 405, 405)),
    "moderation/outcomes/<id:pk>/": (
        "/moderation/outcomes/{act_pk}/",
        (302, 200, 404, 404, 404, 404, 404, 404),
        (302, 405, 405, 405, 405, 405, 405, 405),
    ),
    "forums.BoardPage moderate/post/<id:pk>/edit/": (
        "{moderated}moderate/post/{moderated_post_pk}/edit/",
        MODERATORS,
        MODERATORS,
    ),
    "forums.BoardPage moderate/topic/<id:pk>/move/": (
        "{moderated}moderate/topic/{moderated_pk}/move/",
        MODERATORS,
        MODERATORS,
    ),
    "forums.BoardPage moderate/topic/<id:pk>/split/": (
        "{moderated}moderate/topic/{moderated_pk}/split/",
        MODERATORS,
        MODERATORS,
    ),
    "forums.BoardPage moderate/topic/<id:pk>/merge/": (
        "{moderated}moderate/topic/{moderated_pk}/merge/",
        MODERATORS,
        MODERATORS,
    ),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """A topic that the member asked and a moderator has locked, and a version of the guidelines."""
    member, moderator = cast[1], cast[5]
    assert member is not None
    assert moderator is not None
    board: BoardPage = BoardFactory(slug="moderated")
    topic: Topic = services.ask(board, member, title="What was moderated here?", body="Words.")[0]
    moderation.lock(topic, moderator, "Enough was said.")
    guidelines.publish("Be kind.", must_accept=False)
    return {
        "moderated": board.url,
        "moderated_pk": str(topic.pk),
        "moderated_post_pk": str(Post.objects.get(topic=topic).pk),
        "reported_pk": str(member.pk),
        "act_pk": str(Act.objects.get().pk),
    }

"""Reporting, the queue and the trail, and what is done on a board by moderators and by who runs it. The lead of the
table's group has a queue, and of the general boards nothing in it."""

from collections.abc import Sequence

from forums import moderation, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.moderation import guidelines
from portal.moderation.models import Act
from tests.factories.forums import BoardFactory
from tests.factories.groups import group
from tests.factories.pages import add
from tests.site.rows import MEMBERS_ONLY, Rows, Statuses

HANDLERS: Statuses = (302, 404, 404, 200, 404, 200, 200, 404)
MODERATORS: Statuses = (404, 404, 404, 404, 404, 200, 200, 404)
BOARD_MODERATORS: Statuses = (404, 404, 404, 200, 404, 200, 200, 404)
NO_POST: Statuses = 405

ROWS: Rows = {
    "forums.BoardPage records/<slug:form>/": (
        "{led}records/json/",
        BOARD_MODERATORS,
        (404, 404, 404, 405, 404, 405, 405, 404),
    ),
    "forums.BoardPage records/topic/<id:pk>/<slug:form>/": (
        "{led}records/topic/{led_pk}/print/",
        BOARD_MODERATORS,
        (404, 404, 404, 405, 404, 405, 405, 404),
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
        "{led}moderate/post/{led_post_pk}/edit/",
        BOARD_MODERATORS,
        BOARD_MODERATORS,
    ),
    "forums.BoardPage moderate/topic/<id:pk>/move/": (
        "{led}moderate/topic/{led_pk}/move/",
        BOARD_MODERATORS,
        BOARD_MODERATORS,
    ),
    "forums.BoardPage moderate/topic/<id:pk>/split/": (
        "{led}moderate/topic/{led_pk}/split/",
        BOARD_MODERATORS,
        BOARD_MODERATORS,
    ),
    "forums.BoardPage moderate/topic/<id:pk>/merge/": (
        "{led}moderate/topic/{led_pk}/merge/",
        BOARD_MODERATORS,
        BOARD_MODERATORS,
    ),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """A topic that the member asked and a moderator has locked, one on the board of the lead's group, and a version of
    the guidelines."""
    member, lead, moderator = cast[1], cast[3], cast[5]
    assert member is not None
    assert lead is not None
    assert moderator is not None
    board: BoardPage = BoardFactory(slug="moderated")
    topic: Topic = services.ask(board, member, title="What was moderated here?", body="Words.")[0]
    moderation.lock(topic, moderator, "Enough was said.")
    guidelines.publish("Be kind.", must_accept=False)
    section = group(title="Moderated group", slug="moderated-group", lead=lead)
    led: BoardPage = add(section, BoardPage(title="Led board", slug="board"))
    led_topic: Topic = services.ask(led, member, title="What does a lead do here?", body="Words.")[0]
    return {
        "led": led.url,
        "led_pk": str(led_topic.pk),
        "led_post_pk": str(Post.objects.get(topic=led_topic).pk),
        "moderated_pk": str(topic.pk),
        "reported_pk": str(member.pk),
        "act_pk": str(Act.objects.get().pk),
    }

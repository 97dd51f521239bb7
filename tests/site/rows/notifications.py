"""The inbox of each, with one notice to the member, and the settings."""

from collections.abc import Sequence

from portal.accounts.models import User
from portal.notifications.models import Notification, Watch
from portal.notifications.services import tell, watch
from tests.factories.forums import PostFactory, TopicFactory
from tests.site.rows import MEMBERS_ONLY, Rows

POST_ONLY = (302, 405, 405, 405, 405, 405, 405, 405)
# One's own notices only: there are no others.
RECEIVER = (302, 302, 404, 404, 404, 404, 404, 404)
WATCHER = (302, 200, 404, 404, 404, 404, 404, 404)

ROWS: Rows = {
    "notifications/": ("/notifications/", MEMBERS_ONLY, (302, 405, 405, 405, 405, 405, 405, 405)),
    "notifications/read/": ("/notifications/read/", POST_ONLY, 302),
    "notifications/settings/": ("/notifications/settings/", MEMBERS_ONLY, MEMBERS_ONLY),
    "notifications/settings/<id:pk>/": ("/notifications/settings/{watch_pk}/", WATCHER, RECEIVER),
    "notifications/watch/": ("/notifications/watch/", POST_ONLY, (302, 404, 404, 404, 404, 404, 404, 404)),
    "notifications/<id:pk>/": ("/notifications/{notice_pk}/", RECEIVER, (302, 405, 405, 405, 405, 405, 405, 405)),
    "notifications/<id:pk>/read/": ("/notifications/{notice_pk}/read/", POST_ONLY, RECEIVER),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """A notice to the member of an answer on a public board, whose topic he or she follows."""
    member = cast[1]
    assert member is not None
    post = PostFactory(topic=TopicFactory())
    watch(member.pk, "topic", str(post.topic_id))
    tell("forums.mention", about=post.pk, key=str(post.pk), recipients=[member.pk])
    return {
        "notice_pk": str(Notification.objects.get(recipient=member, verb="forums.mention").pk),
        "watch_pk": str(Watch.objects.get(member=member, kind="topic", key=str(post.topic_id)).pk),
    }

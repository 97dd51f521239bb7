"""What search is told of new posts, outside the request that writes them: a topic is recorded whole, and may be long.

The topic itself says what has to be done: an entry that was last changed at another moment than its topic is not of it.
What somebody takes back is never left to this: `services.settle` tells search of that in the same transaction.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import task

from forums.models import Topic
from portal.search import services as search
from portal.search.models import SearchEntry

# After this long no task is on its way any more; what is older, the nightly reconcile finds.
GRACE, REACH = timedelta(minutes=2), timedelta(days=2)
AT_ONCE = 500


@task()
def record(topic_id: int) -> int:
    """Record the topic as it is now. Safe to run twice."""
    return search.index("topic", [topic_id])


def catch_up() -> str:
    """Record what no task recorded, because it ended with its worker. For `manage.py tick`."""
    now = timezone.now()
    entries = SearchEntry.objects.filter(kind="topic", object_pk=OuterRef("pk"), updated_at=OuterRef("last_post_at"))
    lately = Topic.objects.filter(last_post_at__gt=now - REACH, last_post_at__lt=now - GRACE)
    behind = lately.filter(~Exists(entries), hidden=False, board__live=True)
    changed = search.index("topic", behind.order_by("last_post_at").values_list("pk", flat=True)[:AT_ONCE])
    return f"topics recorded late: {changed}" if changed else ""

"""What the pages show: the inbox, and what a member follows."""

from dataclasses import dataclass

from portal.core.markup import ago
from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.notifications import verbs, watching
from portal.notifications.models import Notification, Watch
from portal.notifications.verbs import Channel

NOTICES_ON_A_PAGE = 20
# More than this nobody follows knowingly; the settings list no more of a kind.
MOST_WATCHES = 200


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice in words; `ago` says how long ago, as markup."""

    pk: int
    title: str
    excerpt: str
    ago: str
    unread: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of notices, the newest first. `before` leads to the older ones, None at the end."""

    rows: list[NoticeRow]
    newest: int
    before: int | None

    @property
    def has_unread(self) -> bool:
        return any(row.unread for row in self.rows)


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One thing that the member follows, and how he or she hears of it ("" where that is as for everything else)."""

    pk: int
    kind: str
    key: str
    link: Link
    channel: str
    has_channel: bool

    @property
    def source(self) -> str:
        return f"{self.kind}:{self.key}"


def inbox(viewer: Viewer, before: int | None = None) -> Inbox:
    """Notices older than `before`, of which the viewer may hear now. A fixed number of queries."""
    found = Notification.objects.of(viewer.user_id).tellable(viewer)
    if before is not None:
        found = found.filter(pk__lt=before)
    page = found.order_by("-pk")[: NOTICES_ON_A_PAGE + 1]
    unread = dict(page.values_list("pk", "read_at"))
    pks = sorted(unread, reverse=True)
    notices = Notification.objects.filter(pk__in=pks[:NOTICES_ON_A_PAGE]).order_by("-pk").notices()
    said = verbs.say(notices, viewer)
    rows = [
        NoticeRow(notice.pk, said[notice.pk].title, said[notice.pk].excerpt, ago(notice.at), unread[notice.pk] is None)
        for notice in notices
        if notice.pk in said
    ]
    return Inbox(rows, pks[0] if pks else 0, notices[-1].pk if len(pks) > NOTICES_ON_A_PAGE else None)


def find_said(viewer: Viewer, pk: int) -> verbs.Said | None:
    """One of the viewer's notices in words, if he or she may still hear of it."""
    notices = Notification.objects.of(viewer.user_id).filter(pk=pk).notices()
    return verbs.say(notices, viewer).get(pk)


def watches(viewer: Viewer, chosen: dict[tuple[str, str], Channel]) -> list[tuple[watching.Kind, list[WatchRow]]]:
    """What the viewer follows and may see, by kind: a query for the rows, and what each kind needs."""
    found = Watch.objects.active().filter(member=viewer.user_id).order_by("-at", "-pk")
    by_kind: dict[str, list[Watch]] = {}
    for row in found:
        by_kind.setdefault(row.kind, []).append(row)
    listed = []
    for kind in watching.kinds():
        own = by_kind.get(kind.name, [])[:MOST_WATCHES]
        links = watching.resolve(kind.name, [row.key for row in own], viewer)
        rows = [
            WatchRow(row.pk, row.kind, row.key, links[row.key], chosen.get(("", row.source), ""), kind.has_channel)
            for row in own
            if row.key in links
        ]
        if rows:
            listed.append((kind, rows))
    return listed

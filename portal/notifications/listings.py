"""What the pages show: the inbox, and what a member follows."""

from dataclasses import dataclass
from typing import Any

from portal.core.markup import ago
from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.notifications import verbs, watching
from portal.notifications.choosing import Chosen
from portal.notifications.models import Notification, Watch
from portal.notifications.verbs import Channel, Verb

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
    """One thing that the member follows, and how he or she hears of it ("" where that is as for everything else).

    `apart` are the verbs that may be heard of otherwise, where more than one comes through it; `chosen` is how those
    are for which that was chosen.
    """

    pk: int
    kind: str
    key: str
    link: Link
    channel: str
    has_channel: bool
    apart: list[Verb]
    chosen: dict[str, Channel]

    @property
    def otherwise(self) -> list[tuple[Any, Any]]:
        """What is heard of otherwise, and how, in words."""
        return [(verb.label, self.chosen[verb.name].label) for verb in self.apart if verb.name in self.chosen]

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


def watches(viewer: Viewer, chosen: Chosen) -> list[tuple[watching.Kind, list[WatchRow]]]:
    """What the viewer follows and may see, by kind: a query for the rows, and what each kind needs."""
    found = Watch.objects.active().filter(member=viewer.user_id).order_by("-at", "-pk")
    by_kind: dict[str, list[Watch]] = {}
    for row in found:
        by_kind.setdefault(row.kind, []).append(row)
    listed = []
    for kind in watching.kinds():
        own = by_kind.get(kind.name, [])[:MOST_WATCHES]
        rows = _rows(kind, own, viewer, chosen)
        if rows:
            listed.append((kind, rows))
    return listed


def find_watch(viewer: Viewer, pk: int, chosen: Chosen) -> WatchRow | None:
    """One thing that the viewer follows and may see, if some of what comes through it may be heard of otherwise."""
    found = list(Watch.objects.active().filter(member=viewer.user_id, pk=pk))
    kinds = [kind for kind in watching.kinds() if found and kind.name == found[0].kind]
    rows = _rows(kinds[0], found, viewer, chosen) if kinds else []
    return next((row for row in rows if row.apart), None)


def _rows(kind: watching.Kind, own: list[Watch], viewer: Viewer, chosen: Chosen) -> list[WatchRow]:
    links = watching.resolve(kind.name, [row.key for row in own], viewer)
    through = verbs.through(kind.name)
    apart = through if kind.has_channel and len(through) > 1 else []
    rows = []
    for row in own:
        if row.key in links:
            pairs = {verb.name: chosen[verb.name, row.source] for verb in apart if (verb.name, row.source) in chosen}
            channel = chosen.get(("", row.source), "")
            rows.append(WatchRow(row.pk, row.kind, row.key, links[row.key], channel, kind.has_channel, apart, pairs))
    return rows

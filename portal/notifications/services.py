"""What is written: who is told, who follows what, what was read. Every function is atomic, may be called twice, and
says False (or 0) when nothing changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.core import letters
from portal.notifications import choosing, querysets, verbs
from portal.notifications.models import DigestRound, Notification, Setting, Telling, Watch
from portal.notifications.verbs import Channel

# So many members are told at a time.
CHUNK = 200
LETTER = "notice"
# How long notices stand in the inbox.
KEPT = timedelta(days=365)


@transaction.atomic
def tell(
    verb: str, *, about: int, key: str, recipients: Iterable[int], actor: int | None = None, source: str = ""
) -> int:
    """Tell each of the recipients once of `key`; how many are told for the first time. Nobody is told of their own
    acts. To be called in the transaction that causes it."""
    wanted = list(dict.fromkeys(recipients))
    chunks = [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]
    return sum(
        tell_through(verb, about=about, key=key, sources=dict.fromkeys(chunk, source), actor=actor) for chunk in chunks
    )


@transaction.atomic
def tell_through(verb: str, *, about: int, key: str, sources: Mapping[int, str], actor: int | None = None) -> int:
    """The same for members each of whom hears it through a source of his or her own: a few queries."""
    registered = verbs.find(verb)
    told = Notification.objects.filter(verb=verb, key=key)
    earlier = set(told.filter(recipient__in=list(sources)).values_list("recipient_id", flat=True))
    new = {pk: source for pk, source in sources.items() if pk != actor and pk not in earlier}
    channels = choosing.channels(registered, new) if new else {}
    rows = [
        Notification(
            recipient_id=pk, verb=verb, key=key, about=about, source=source, actor_id=actor, channel=channels[pk]
        )
        for pk, source in new.items()
        if channels[pk] != Channel.OFF
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    at_once = [row.recipient_id for row in rows if row.channel == Channel.NOW]
    if at_once:
        for pk, recipient in told.filter(recipient__in=at_once).values_list("pk", "recipient_id"):
            letters.owe(LETTER, str(pk), recipient=recipient, about=pk)
    return len(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What those are to hear by `verb` who follow any of `places`, pairs of kind and key with the nearest first.

    Who follows several hears it once, through the first of them. `also` are members who hear it through `source`,
    unless they have ended following that. `omitted` are told nothing.
    """

    verb: str
    about: int
    key: str
    places: Sequence[tuple[str, str]] = ()
    actor: int | None = None
    also: Collection[int] = ()
    source: str = ""
    omitted: Collection[int] = ()


@transaction.atomic(savepoint=False)
def spread(news: Sequence[News]) -> None:
    """Let a task tell all that one act gave rise to: two statements however much it is."""
    from portal.notifications import tasks

    if not news:
        return
    tellings = Telling.objects.bulk_create(_telling(one) for one in news)
    tasks.tell_watchers.enqueue([telling.pk for telling in tellings])


def _telling(news: News) -> Telling:
    verbs.find(news.verb)
    return Telling(
        verb=news.verb,
        about=news.about,
        key=news.key,
        places=[list(place) for place in news.places],
        also=list(news.also),
        omitted=list(news.omitted),
        source=news.source,
        actor_id=news.actor,
    )


@transaction.atomic
def watch(member_id: int, kind: str, key: str) -> bool:
    """Let the member follow it from now on. False when that is so already."""
    found, made = Watch.objects.select_for_update().get_or_create(member_id=member_id, kind=kind, key=key)
    if made or found.active:
        return made
    return bool(Watch.objects.filter(pk=found.pk).update(active=True, at=timezone.now()))


@transaction.atomic
def unwatch(member_id: int, kind: str, key: str) -> bool:
    """False when the member does not follow it."""
    return bool(Watch.objects.active().filter(member=member_id, kind=kind, key=key).update(active=False))


@transaction.atomic
def follow(member_id: int, kind: str, key: str) -> bool:
    """Who takes part follows, unless he or she has said otherwise. False when nothing changed."""
    return Watch.objects.get_or_create(member_id=member_id, kind=kind, key=key)[1]


def follow_all(member_ids: Iterable[int], kind: str, key: str) -> None:
    """The same for several at once: one query."""
    rows = [Watch(member_id=pk, kind=kind, key=key) for pk in member_ids]
    Watch.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def hand_over(kind: str, key: str, to: str) -> int:
    """Who follows a thing that became part of another follows that one, and hears of it as of this; how many watches
    that changes."""
    old, new = f"{kind}:{key}", f"{kind}:{to}"
    chosen = Setting.objects.filter(source=new).values("member")
    Setting.objects.filter(source=old).exclude(member__in=chosen).update(source=new)
    there = Watch.objects.filter(kind=kind, key=to).values("member")
    return Watch.objects.filter(kind=kind, key=key).exclude(member__in=there).update(key=to)


@transaction.atomic
def forget(kind: str, key: str) -> int:
    """A thing is no more, and nobody follows it, or has chosen how to hear of it, any longer; how many followed."""
    Setting.objects.filter(source=f"{kind}:{key}").delete()
    return Watch.objects.filter(kind=kind, key=key).delete()[0]


@transaction.atomic
def read(member_id: int, pk: int) -> bool:
    """The member has read one of his or her notices. False for read ones, and for those of others."""
    return bool(Notification.objects.of(member_id).unread().filter(pk=pk).update(read_at=timezone.now()))


@transaction.atomic
def read_all(member_id: int, up_to: int) -> int:
    """The member has read all notices up to the one with this pk; how many that were."""
    return Notification.objects.of(member_id).unread().filter(pk__lte=up_to).update(read_at=timezone.now())


@transaction.atomic
def choose(member_id: int, choices: Mapping[tuple[str, str], Channel | None]) -> int:
    """Keep how the member wants to hear, by verb and source; None takes a choice back. How many changed."""
    known = querysets.settings_of([member_id])[member_id]
    changed = 0
    for (verb, source), channel in choices.items():
        if known.get((verb, source)) == channel:
            continue
        changed += 1
        if channel is None:
            Setting.objects.filter(member=member_id, verb=verb, source=source).delete()
        else:
            Setting.objects.update_or_create(
                member_id=member_id, verb=verb, source=source, defaults={"channel": channel}
            )
    return changed


@transaction.atomic
def forget_old() -> int:
    """Delete notices and rounds of long ago; how many. For `manage.py tick`."""
    before = timezone.now() - KEPT
    DigestRound.objects.filter(done_at__lt=before).delete()
    return Notification.objects.filter(at__lt=before).delete()[0]

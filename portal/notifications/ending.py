"""What the links in the letters end, signed in or not: following one thing, letters of one verb, the digest, or all of
them. The keys name rows or members, so that a link holds as long as the letter is kept."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import unsubscribing
from portal.core.unsubscribing import Subscription
from portal.notifications import choosing, querysets, services, verbs, watching
from portal.notifications.models import Setting, Watch
from portal.notifications.verbs import MAILED, Channel, Notice

FOLLOWING, VERB, DIGEST, ALL = "following", "notice-verb", "notice-digest", "notice-mail"


def ending_of(notice: Notice) -> str:
    """The address that ends what the letter about `notice` came by: the thing that is followed, else its verb."""
    kind, _colon, key = notice.source.partition(":")
    watch = Watch.objects.filter(member=notice.recipient_id, kind=kind, key=key).first() if kind else None
    if watch is not None:
        return unsubscribing.address_of(FOLLOWING, watch.pk)
    return unsubscribing.address_of(VERB, f"{notice.recipient_id}.{notice.verb}")


def digest_ending_of(member_id: int) -> str:
    return unsubscribing.address_of(DIGEST, member_id)


def all_ending_of(member_id: int) -> str:
    return unsubscribing.address_of(ALL, member_id)


def _settings_url() -> str:
    return reverse("notifications_settings")


def _find_watch(key: str) -> Subscription | None:
    """Without its title where the member may no longer see it: the link works signed out."""
    watch = Watch.objects.filter(pk=key).first()
    if watch is None:
        return None
    kind = next((str(known.label) for known in watching.kinds() if known.name == watch.kind), "")
    return Subscription(_("Following: %(kind)s") % {"kind": kind}, _settings_url(), watch.active)


def _end_watch(key: str) -> bool:
    return bool(Watch.objects.active().filter(pk=key).update(active=False))


def _find_verb(key: str) -> Subscription | None:
    member, name = _member_and_verb(key)
    if member is None or name not in {verb.name for verb in verbs.all_verbs()}:
        return None
    chosen = querysets.settings_of([member])[member]
    verb = verbs.find(name)
    return Subscription(str(verb.label), _settings_url(), choosing.channel_of(verb, "", chosen) in MAILED)


@transaction.atomic
def _end_verb(key: str) -> bool:
    """Ends letters of the verb through whatever they come."""
    member, name = _member_and_verb(key)
    if member is None:
        return False
    pairs = Setting.objects.filter(member=member, verb=name, channel__in=MAILED).exclude(source="")
    changed = pairs.update(channel=Channel.INBOX)
    return bool(changed + services.choose(member, {(name, ""): Channel.INBOX}))


def _member_and_verb(key: str) -> tuple[int | None, str]:
    member, _dot, name = key.partition(".")
    found = User.objects.filter(pk=member).values_list("pk", flat=True).first()
    return found, name


def _find_digest(key: str) -> Subscription | None:
    if not User.objects.filter(pk=key).exists():
        return None
    chosen = querysets.settings_of([int(key)])[int(key)]
    return Subscription(_("The digest"), _settings_url(), choosing.digest_of(chosen) != Channel.OFF)


def _end_digest(key: str) -> bool:
    """Ends what comes daily or weekly, notices too: whoever presses it wants no such letter any more."""
    return _end_periodic(int(key)) if User.objects.filter(pk=key).exists() else False


@transaction.atomic
def _end_periodic(member_id: int) -> bool:
    changed = services.choose(member_id, {(choosing.DIGEST, ""): Channel.OFF})
    periodic = Setting.objects.filter(member=member_id, channel__in=choosing.PERIODS)
    changed += periodic.exclude(verb=choosing.DIGEST).update(channel=Channel.INBOX)
    return bool(changed)


def _find_all(key: str) -> Subscription | None:
    if not User.objects.filter(pk=key).exists():
        return None
    chosen = querysets.settings_of([int(key)])[int(key)]
    return Subscription(_("All e-mail about what happens here"), _settings_url(), not choosing.wants_no_mail(chosen))


def _end_all(key: str) -> bool:
    if not User.objects.filter(pk=key).exists():
        return False
    return bool(services.choose(int(key), {choosing.ALL_MAIL: Channel.INBOX}))


unsubscribing.register(FOLLOWING, find=_find_watch, end=_end_watch)
unsubscribing.register(VERB, find=_find_verb, end=_end_verb)
unsubscribing.register(DIGEST, find=_find_digest, end=_end_digest)
unsubscribing.register(ALL, find=_find_all, end=_end_all)

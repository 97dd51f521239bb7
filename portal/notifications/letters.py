"""The mails: one notice at once, or the digest of a period. What a mail says is read when it is sent, through the eyes
of the member whom it is for; who has chosen otherwise since gets none."""

import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import letters, unsubscribing
from portal.core.models import Letter
from portal.core.references import Link
from portal.core.viewer import Viewer, viewer_for
from portal.notifications import choosing, digests, ending, querysets, rounds, verbs
from portal.notifications.digests import Period, Section
from portal.notifications.models import Notification, Watch
from portal.notifications.services import LETTER
from portal.notifications.verbs import Channel, Notice, Said

log = logging.getLogger(__name__)

# Who was told more in a period finds the rest in the inbox.
MOST_NOTICES = 30


@dataclass(frozen=True, slots=True)
class Part:
    """One section of a digest."""

    title: str
    links: list[Link]


def compose_notice(letter: Letter) -> EmailMultiAlternatives | None:
    """One notice, if its reader may still hear of it and still wants to by mail, at once."""
    if letter.recipient is None:
        return None
    viewer = viewer_for(letter.recipient)
    notices = Notification.objects.of(letter.recipient_id).filter(pk=letter.about or 0).notices()
    said = verbs.say(notices, viewer).get(letter.about or 0)
    watch = _watch_of(notices[0]) if notices else None
    if said is None or (watch and not watch.active) or not _is_wanted_now(notices[0]):
        return None
    return _mail(
        letter,
        ending.ending_of(notices[0]),
        subject=said.subject or said.title,
        template="notifications/email/notice",
        context={"said": said, "follows": watch is not None},
    )


def compose_digest(letter: Letter) -> EmailMultiAlternatives | None:
    """What the member wants to hear once in the period; None when there is nothing to say."""
    if letter.recipient is None:
        return None
    channel, period = rounds.read(letter.key.rpartition("-")[0])
    chosen = querysets.settings_of([letter.recipient.pk])[letter.recipient.pk]
    viewer = viewer_for(letter.recipient)
    told = _told(viewer, channel, period, chosen)
    parts = _parts(viewer, period) if choosing.digest_of(chosen) == channel else []
    if not told and not parts:
        return None
    last = date_format(localtime(period.until), "j F Y")
    names = {"portal": settings.PORTAL_NAME, "day": last}
    daily, weekly = _("%(portal)s: your day, %(day)s"), _("%(portal)s: your week, %(day)s")
    return _mail(
        letter,
        ending.digest_ending_of(letter.recipient.pk),
        subject=(daily if channel == Channel.DAILY else weekly) % names,
        template="notifications/email/digest",
        context={"told": told, "parts": parts, "is_daily": channel == Channel.DAILY},
    )


def _told(viewer: Viewer, channel: Channel, period: Period, chosen: choosing.Chosen) -> list[Said]:
    """The unread notices of the period that were to come by this digest, and still are."""
    if choosing.wants_no_mail(chosen) or viewer.user_id is None:
        return []
    found = Notification.objects.of(viewer.user_id).unread().between(channel, period.since, period.until)
    notices = found.tellable(viewer).order_by("-pk")[:MOST_NOTICES].notices()
    ended = {row.source for row in Watch.objects.filter(member=viewer.user_id, active=False)}
    wanted = [one for one in notices if one.source not in ended and _channel_now(one, chosen) == channel]
    said = verbs.say(wanted, viewer)
    return [said[notice.pk] for notice in notices if notice.pk in said]


def _parts(viewer: Viewer, period: Period) -> list[Part]:
    """What each section has found for this reader; a link stands in the first section that has it."""
    concepts = digests.concepts_of(viewer.user_id) if viewer.user_id is not None else []
    parts, shown = [], set[str]()
    for section in digests.sections():
        links = [link for link in _found(section, viewer, period, concepts) if link.url not in shown]
        shown |= {link.url for link in links}
        if links:
            parts.append(Part(str(section.title), links))
    return parts


def _found(section: Section, viewer: Viewer, period: Period, concepts: list[int]) -> list[Link]:
    """What the section has; nothing where it fails, which must not keep all the others from the reader."""
    try:
        with transaction.atomic():
            return section.finder(viewer, period, concepts)
    except Exception:
        log.exception("The section %s of a digest failed.", section.name)
        return []


def _channel_now(notice: Notice, chosen: choosing.Chosen) -> Channel:
    return choosing.channel_of(verbs.find(notice.verb), notice.source, chosen)


def _is_wanted_now(notice: Notice) -> bool:
    chosen = querysets.settings_of([notice.recipient_id])[notice.recipient_id]
    return _channel_now(notice, chosen) == Channel.NOW


def _watch_of(notice: Notice) -> Watch | None:
    """By what the reader follows, or has followed, what the notice comes from."""
    kind, _colon, key = notice.source.partition(":")
    return Watch.objects.filter(member=notice.recipient_id, kind=kind, key=key).first()


def _mail(
    letter: Letter, address: str, *, subject: str, template: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    reader: User = letter.recipient  # type: ignore[assignment]
    more = {"name": reader.get_short_name(), "ending": address, "all_ending": ending.all_ending_of(reader.pk)}
    message = letters.compose(letter, subject=subject, template=template, context={**context, **more})
    unsubscribing.add_headers(message, address)
    return message


letters.register(LETTER, compose_notice)
letters.register(rounds.LETTER, compose_digest)

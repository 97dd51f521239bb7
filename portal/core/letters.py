"""Mail that is owed: one row a letter, written in the transaction that causes it, sent by a task, once.

A room registers how to compose a kind of letter from its row and what the row is about. Composing happens at the time
of sending: who may no longer see the thing gets no letter. Whoever claims a row first sends it; a dead attempt's claim
ends by itself, and a repeated attempt carries the same Message-ID.
"""

from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import task

from portal.core.models import Letter

# After this long an unfinished attempt counts as dead and another may begin.
CLAIM = timedelta(minutes=10)
# A letter that could not be sent for so long helps nobody any more.
STALE = timedelta(days=3)
# How long the rows of settled letters are kept, so that nothing is sent twice.
KEPT = timedelta(days=180)

Composer = Callable[[Letter], EmailMultiAlternatives | None]

_composers: dict[str, Composer] = {}


def register(kind: str, composer: Composer) -> None:
    """Let `composer(letter)` make the mails of `kind`; None means that there is nobody to tell any more."""
    _composers[kind] = composer


@transaction.atomic
def owe(
    kind: str, key: str, *, recipient: int | None = None, address: str = "", about: int | None = None, note: str = ""
) -> bool:
    """Owe one letter of `kind`. False if a letter with this `key` (unique in its kind) was owed before.

    `recipient` is the id of a member; `address` is for people without an account, and is forgotten once the letter is
    settled. `about` and `note` are for the composer.
    """
    letter, made = Letter.objects.get_or_create(
        kind=kind, key=key, defaults={"recipient_id": recipient, "address": address, "about": about, "note": note}
    )
    if made:
        deliver.enqueue(letter.pk)
    return made


@task()
def deliver(letter_id: int) -> None:
    """Compose and send the letter, unless it is settled or another attempt is under way."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    if not Letter.objects.filter(free, pk=letter_id, settled_at=None).update(claimed_at=now):
        return
    letter = Letter.objects.select_related("recipient").get(pk=letter_id)
    message = _composed(letter)
    if message is not None:
        message.send()
    Letter.objects.filter(pk=letter_id).update(settled_at=timezone.now(), address="", note="")


def enqueue_owed() -> str:
    """Enqueue again what was not sent, and forget what was settled long ago. For `manage.py tick`."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    owed = Letter.objects.filter(free, settled_at=None, created_at__lt=now - CLAIM, created_at__gt=now - STALE)
    pks = list(owed.values_list("pk", flat=True))
    for pk in pks:
        deliver.enqueue(pk)
    Letter.objects.filter(created_at__lt=now - KEPT).delete()
    return f"letters enqueued again: {len(pks)}"


def _composed(letter: Letter) -> EmailMultiAlternatives | None:
    composer = _composers.get(letter.kind)
    if composer is None:
        raise LookupError(f"No room registered how to write letters of kind {letter.kind!r}.")
    if letter.recipient_id is None and not letter.address:
        return None
    if letter.recipient is not None and not is_reachable(letter.recipient):
        return None
    return composer(letter)


def is_reachable(user: Any) -> bool:
    """An active account whose address its owner has confirmed."""
    return user.is_active and EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def compose(letter: Letter, *, subject: str, template: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The mail for `letter` from `<template>.txt` and `<template>.html`, which extend `core/email/base`.

    The context gets `portal_name`, `base_url` (without a slash at its end) and `reader` (the member, or None).
    """
    full = {
        "portal_name": settings.PORTAL_NAME,
        "base_url": settings.BASE_URL.rstrip("/"),
        "reader": letter.recipient,
        **context,
    }
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", full),
        to=[letter.recipient.email if letter.recipient else letter.address],
        headers={"Message-ID": f"<{letter.kind}-{letter.pk}@{_mail_host()}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"{template}.html", full), "text/html")
    return message


def _mail_host() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"

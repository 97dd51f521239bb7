"""What can be told of: each room registers its verbs, with how to say one of their notices to a reader.

A notice holds no words, only what it is about. `say` finds the words when somebody reads or a mail is composed: who may
no longer see the thing is told nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.viewer import Viewer


class Channel(models.TextChoices):
    """How a notice reaches a member. All but the first also stand in the inbox."""

    OFF = "off", _("Not at all")
    INBOX = "inbox", _("In the inbox")
    NOW = "now", _("E-mail at once")
    DAILY = "daily", _("Daily e-mail")
    WEEKLY = "weekly", _("Weekly e-mail")


MAILED = frozenset({Channel.NOW, Channel.DAILY, Channel.WEEKLY})


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that one member is told. `source` ("kind:key") is what the member follows and hears it through."""

    pk: int
    recipient_id: int
    verb: str
    about: int
    key: str
    source: str
    actor_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in words: a whole sentence, the site-relative address that it leads to, and the first words of it.

    `subject` is a mail's, where it is to be shorter than the sentence.
    """

    title: str
    url: str
    excerpt: str = ""
    subject: str = ""


Say = Callable[[Notice, Viewer], Said | None]
SayAll = Callable[[Sequence[Notice], Viewer], Mapping[int, Said]]
Things = Callable[[Viewer], "models.QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class Verb:
    """A kind of notice, as the settings list it.

    `say_all` says many at once, by the notices' pk, so that an inbox costs the same however long it is; without it
    `say` is asked for each. `things(viewer)` are the rows that `about` names, narrowed to what the viewer may see: the
    number beside a member's name counts no others. Without it, what the verb is about is always the recipient's own.
    `through` are the kinds of things that one follows and hears it through.
    """

    name: str
    label: Any
    group: Any
    say: Say
    default: Channel = Channel.INBOX
    say_all: SayAll | None = None
    things: Things | None = None
    through: tuple[str, ...] = ()


_verbs: dict[str, Verb] = {}


def register(verb: Verb) -> None:
    """Let rooms tell by this verb. Registering a name again replaces it."""
    _verbs[verb.name] = verb


def find(name: str) -> Verb:
    """Raises LookupError for a verb that no room registered."""
    if name not in _verbs:
        raise LookupError(f"No room registered the verb {name!r}.")
    return _verbs[name]


def all_verbs() -> list[Verb]:
    """Every verb, by group and name."""
    return sorted(_verbs.values(), key=lambda verb: (str(verb.group), verb.name))


def through(kind: str) -> list[Verb]:
    """The verbs that come through things of this kind."""
    return [verb for verb in all_verbs() if kind in verb.through]


def one_of(say_all: SayAll) -> Say:
    """A `say` for rooms that can say many at once."""
    return lambda notice, viewer: say_all([notice], viewer).get(notice.pk)


def say(notices: Sequence[Notice], viewer: Viewer) -> dict[int, Said]:
    """What the viewer may hear of these now, by their pk. Notices of verbs that are no more are left out."""
    found: dict[int, Said] = {}
    for name in dict.fromkeys(notice.verb for notice in notices):
        verb = _verbs.get(name)
        if verb is None:
            continue
        own = [notice for notice in notices if notice.verb == name]
        if verb.say_all is not None:
            found |= verb.say_all(own, viewer)
        else:
            found |= {notice.pk: said for notice in own if (said := verb.say(notice, viewer))}
    return found

"""How a notice reaches a member: what was chosen for its verb as it comes through its source, else for the source,
else for the verb, else what the room proposes."""

from collections.abc import Mapping

from portal.notifications import querysets
from portal.notifications.verbs import MAILED, Channel, Verb

# In the place of a verb: how often the digest comes.
DIGEST = "digest"
# Neither verb nor source: whether there is to be any mail.
ALL_MAIL = ("", "")
PERIODS = (Channel.DAILY, Channel.WEEKLY)

Chosen = Mapping[tuple[str, str], Channel]


def channel_of(verb: Verb, source: str, chosen: Chosen) -> Channel:
    """How a member who has chosen so hears of `verb` through `source`."""
    own = (chosen.get((verb.name, source)) or chosen.get(("", source))) if source else None
    channel = own or chosen.get((verb.name, "")) or verb.default
    return Channel.INBOX if channel in MAILED and wants_no_mail(chosen) else channel


def digest_of(chosen: Chosen) -> Channel:
    """How often the digest comes. Who was never asked gets none."""
    return Channel.OFF if wants_no_mail(chosen) else chosen.get((DIGEST, ""), Channel.OFF)


def wants_no_mail(chosen: Chosen) -> bool:
    return chosen.get(ALL_MAIL) == Channel.INBOX


def channels(verb: Verb, sources: Mapping[int, str]) -> dict[int, Channel]:
    """How each of the members hears of `verb` through his or her source: one query."""
    chosen = querysets.settings_of(list(sources), verb__in=["", verb.name], source__in=["", *set(sources.values())])
    return {member_id: channel_of(verb, source, chosen[member_id]) for member_id, source in sources.items()}

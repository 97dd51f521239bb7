"""Listed words and links in what somebody is about to post. Compared by what people read: case, accents, punctuation
and invisible characters make no difference."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core.prepared import prepared
from portal.moderation.models import Filter

_NO_WORD = re.compile(r"[\W_]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refused` is a sentence for who posts; `held` says to moderators why it waits. Both "" for what may pass.

    `listed` are the entries for which it waits.
    """

    refused: str = ""
    listed: tuple[str, ...] = ()

    @property
    def held(self) -> str:
        return _("Listed: %s") % ", ".join(self.listed) if self.listed else ""


def normalised(text: str) -> str:
    """The words of `text` as they are compared, with a space around each."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in {"Mn", "Cf"})
    return f" {_NO_WORD.sub(' ', plain.casefold()).strip()} "


def hosts(text: str) -> set[str]:
    """The sites of all links in a text or its markup."""
    found = set()
    for address in _ADDRESS.findall(text):
        try:
            host = urlsplit(address).hostname
        except ValueError:
            continue
        if host:
            found.add(host.rstrip(".").removeprefix("www."))
    return found


@prepared
def _filters() -> "QuerySet[Filter, Filter]":
    return Filter.objects.all()


def check(*texts: str) -> Verdict:
    """What the lists say about a post, whose title, text and markup these are. One query."""
    listed = _filters()
    if not listed:
        return Verdict()
    words = normalised(" ".join(texts))
    sites = {host for text in texts for host in hosts(text)}
    hits = [entry for entry in listed if _matches(entry, words, sites)]
    refusing = next((entry for entry in hits if entry.then == Filter.Then.REFUSE), None)
    if refusing is not None:
        sentence = _("“%s” is not allowed here. Take it out: your text is still below.")
        return Verdict(refused=sentence % refusing.pattern)
    return Verdict(listed=tuple(entry.pattern for entry in hits))


def _matches(entry: Filter, words: str, sites: set[str]) -> bool:
    if entry.what == Filter.What.LINK:
        site = entry.pattern.strip().casefold().removeprefix("www.").strip("./")
        return any(host == site or host.endswith(f".{site}") for host in sites)
    pattern = normalised(entry.pattern)
    return bool(pattern.strip()) and pattern in words

"""What an edit changed, word by word. A large or hopeless comparison is given up, and the whole text shown as changed:
nobody waits for a page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from forums.models import Post

EDITS_ON_A_PAGE = 10
# More lines, or words of lines that changed, than this are not compared one by one.
MOST_LINES = 1500
MOST_WORDS = 1200
# Less than one letter in so many that stayed is as good as none.
FEW = 4
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: when it was made, and the texts with what went and what came marked. `title` is "" where it stayed."""

    at: datetime
    written_at: datetime
    title: SafeString
    body: SafeString
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Change:
    """A run of text: kept (""), taken out ("del") or put in ("ins")."""

    tag: str
    text: str


def edits(post: Post, first: int, last: int) -> list[Edit]:
    """The edits of `post` from the `first` latest to the `last`, each against what stood there after it: one query."""
    rows = list(post.versions.all()[max(first - 2, 0) : last])
    later_title, later_body = post.topic.title if post.is_question else "", post.body
    if first > 1 and rows:
        later_title, later_body = rows[0].title, rows[0].body
        rows = rows[1:]
    made = []
    for row in rows:
        changes = compared(row.body, later_body)
        title = marked(compared(row.title, later_title)) if row.title != later_title else SafeString("")
        made.append(
            Edit(
                row.replaced_at, row.written_at, title, marked(changes), _words(changes, "ins"), _words(changes, "del")
            )
        )
        later_title, later_body = row.title, row.body
    return made


def compared(before: str, after: str) -> list[Change]:
    """The runs of which `after` came from `before`."""
    changes: list[Change] = []
    for same, old, new in _paired(_LINES.findall(before), _LINES.findall(after), MOST_LINES):
        if same:
            changes.append(Change("", old))
        else:
            changes += _by_words(old, new)
    return changes


def _by_words(old: str, new: str) -> list[Change]:
    """Word by word; as a whole where so few of them stayed that the rest could not be read between them."""
    pairs = list(_paired(_WORDS.findall(old), _WORDS.findall(new), MOST_WORDS))
    stayed = sum(len("".join(gone.split())) for same, gone, _come in pairs if same)
    if stayed * FEW < min(len(old), len(new)):
        return _changed(old, new)
    return [change for same, gone, come in pairs for change in ([Change("", gone)] if same else _changed(gone, come))]


def _paired(before: Sequence[str], after: Sequence[str], most: int) -> Iterator[tuple[bool, str, str]]:
    """(whether they are the same, what stood there, what stands there now), in order."""
    if len(before) > most or len(after) > most:
        whole = "".join(before), "".join(after)
        yield whole[0] == whole[1], *whole
        return
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        yield tag == "equal", "".join(before[start:end]), "".join(after[new_start:new_end])


def _changed(gone: str, come: str) -> list[Change]:
    return [Change(tag, text) for tag, text in (("del", gone), ("ins", come)) if text]


def _words(changes: Sequence[Change], tag: str) -> int:
    return sum(len(change.text.split()) for change in changes if change.tag == tag)


def marked(changes: Sequence[Change]) -> SafeString:
    """The runs as HTML. Who does not see colour or strokes hears or reads where a change begins and ends."""
    said = {"del": gettext("removed:"), "ins": gettext("added:")}
    end = gettext("end of the change")
    parts = [
        f'<{change.tag}><span class="visually-hidden">[{escape(said[change.tag])} </span>{escape(change.text)}'
        f'<span class="visually-hidden"> {escape(end)}]</span></{change.tag}>'
        if change.tag
        else escape(change.text)
        for change in changes
    ]
    return mark_safe("".join(parts))

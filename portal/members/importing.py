"""Reading a mailing list: bytes → rows with what is wrong in them, in sentences. Nothing is written here.

The first line names the columns, of which only `email` must be there. Fields are parted by comma, semicolon or tab,
and several values in one field by "|" (or by semicolon, where that does not part the fields).
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.accounts.models import Affiliation
from portal.accounts.profile import one_line
from portal.members.languages import code_of
from portal.members.models import ROLE_LENGTH
from taxonomy.models import Label
from taxonomy.text import normalise

COLUMNS = ("name", "email", "organisation", "affiliation", "role", "place", "service_lines", "languages")
# What waits with the invitation for the profile; the name and whom somebody works for are asked at sign-up.
PROFILE_COLUMNS = ("organisation", "role", "place", "service_lines", "languages")
LENGTHS = {"name": 120, "organisation": 160, "role": ROLE_LENGTH, "email": 254}
SEPARATORS = (",", ";", "\t")
MOST_BYTES = 2_000_000
MOST_ROWS = 10_000
MOST_VALUES = 20
SCHEMES = {"place": "place", "service_lines": "service-line"}


class UnreadableError(Exception):
    """The file as a whole cannot be read; the message is a sentence for whoever uploaded it."""


@dataclass(slots=True)
class ImportRow:
    """One line of the list, as far as it could be understood. `line` is its number in the file, the header being 1."""

    line: int
    email: str = ""
    name: str = ""
    organisation: str = ""
    affiliation: str = ""
    role: str = ""
    place: str = ""
    service_lines: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def profile(self) -> dict[str, Any]:
        """What waits for the profile: the columns that say something."""
        return {name: value for name, value in asdict(self).items() if name in PROFILE_COLUMNS and value}


@dataclass(slots=True)
class MailingList:
    """What a file says. `notes` are sentences on how it was read (its encoding, columns that mean nothing here)."""

    rows: list[ImportRow]
    notes: list[str] = field(default_factory=list)


def read(content: bytes, most_rows: int = MOST_ROWS) -> MailingList:
    """The rows of a file: two queries, however many there are. Raises UnreadableError."""
    if len(content) > MOST_BYTES:
        raise UnreadableError(_("The file is larger than two megabytes. Part it into several."))
    text, note = _decoded(content)
    lines = list(_lines(text))
    if not lines:
        raise UnreadableError(_("The file is empty."))
    columns, ignored = _columns(lines[0][1])
    if len(lines) - 1 > most_rows:
        raise UnreadableError(
            _("The list has %(rows)d lines; at most %(most)d can be read at once. Part it into several.")
            % {"rows": len(lines) - 1, "most": most_rows}
        )
    notes = [note] if note else []
    if ignored:
        notes.append(_("These columns mean nothing here and were left out: %(names)s.") % {"names": ", ".join(ignored)})
    known = _known_concepts()
    return MailingList([_row(number, _named(columns, cells), known) for number, cells in lines[1:]], notes)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of the file, and a sentence if its encoding had to be guessed."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError(_("The file is in UTF-16. Save it as “CSV UTF-8”."))
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), _(
            "The file is not UTF-8, so it was read as Windows-1252: look whether accented letters are right."
        )
    except UnicodeDecodeError as error:
        raise UnreadableError(_("The file is no text that we can read. Save it as “CSV UTF-8”.")) from error


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each line that is not empty. A field in quotes may hold line breaks: the last one counts."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(tidy.splitlines(keepends=True), delimiter=_separator(tidy), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableError(_why_not(error) % {"line": max(reader.line_num, 1)}) from error
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _why_not(error: csv.Error) -> str:
    """What the reader's complaint means, with a place for the number of the line."""
    if "field limit" in str(error):
        return _("Line %(line)d cannot be read: a field in it is longer than any name or list. Is it all one line?")
    return _("Line %(line)d cannot be read: a quotation mark is missing or one too many.")


def _separator(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip()), "")
    return max(SEPARATORS, key=first.count)


def _columns(header: Iterable[str]) -> tuple[list[str | None], list[str]]:
    """The column of each cell, None where it means nothing here, and what those are called."""
    columns: list[str | None] = []
    ignored = []
    for cell in header:
        name = re.sub(r"[\s_-]+", "_", cell.strip().casefold())
        if name == "e_mail":
            name = "email"
        if name in COLUMNS and name in columns:
            raise UnreadableError(_("The column “%(name)s” stands twice in the first line.") % {"name": name})
        columns.append(name if name in COLUMNS else None)
        if name not in COLUMNS and cell.strip():
            ignored.append(one_line(cell)[:40])
    if "email" not in columns:
        raise UnreadableError(
            _("The first line must name the columns, and one of them must be “email”. The columns are: %(names)s.")
            % {"names": ", ".join(COLUMNS)}
        )
    return columns, ignored


def _named(columns: list[str | None], cells: list[str]) -> dict[str, str]:
    pairs = zip(columns, cells, strict=False)
    return {name: one_line(cell) for name, cell in pairs if name is not None}


def _known_concepts() -> dict[str, dict[str, str]]:
    """By column: what a concept may be called (slug or label, normalised) → its slug."""
    known: dict[str, dict[str, str]] = {column: {} for column in SCHEMES}
    columns = {scheme: column for column, scheme in SCHEMES.items()}
    labels = Label.objects.filter(concept__scheme__slug__in=columns).order_by("-kind", "pk")
    for scheme, slug, text in labels.values_list("concept__scheme__slug", "concept__slug", "normalised"):
        known[columns[scheme]].setdefault(text, slug)
        known[columns[scheme]][normalise(slug)] = slug
    return known


def _row(line: int, cells: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> ImportRow:
    row = ImportRow(line, email=cells.get("email", "").lower())
    row.problems += _address_problems(row.email)
    for name in ("name", "organisation", "role"):
        text = cells.get(name, "")
        setattr(row, name, text[: LENGTHS[name]])
        if len(text) > LENGTHS[name]:
            row.problems.append(
                _("The %(column)s is longer than %(most)d characters.") % {"column": name, "most": LENGTHS[name]}
            )
    row.affiliation = _affiliation(cells.get("affiliation", ""), row.problems)
    places = _values(cells.get("place", ""), lambda text: known["place"].get(normalise(text)))
    row.place = next(iter(_understood(places, _("place"), row.problems)), "")
    lines = _values(cells.get("service_lines", ""), lambda text: known["service_lines"].get(normalise(text)))
    row.service_lines = _understood(lines, _("service line"), row.problems)
    row.languages = _understood(_values(cells.get("languages", ""), code_of, ","), _("language"), row.problems)
    return row


def _address_problems(email: str) -> list[str]:
    if not email:
        return [_("There is no e-mail address.")]
    try:
        validate_email(email)
    except ValidationError:
        return [_("“%(email)s” is no e-mail address.") % {"email": email[:80]}]
    return [_("The e-mail address is too long.")] if len(email) > LENGTHS["email"] else []


def _affiliation(text: str, problems: list[str]) -> str:
    wanted = normalise(text)
    for value, label in Affiliation.choices:
        if wanted in {value, normalise(str(label))}:
            return value
    if wanted:
        choices = ", ".join(Affiliation.values)
        problems.append(
            _("“%(text)s” is no affiliation; those are: %(choices)s.") % {"text": text[:80], "choices": choices}
        )
    return ""


def _values(text: str, find: Any, further: str = "") -> list[tuple[str, str | None]]:
    """(as written, as understood) of each value in a field; a field that is one value as a whole stays whole."""
    whole = find(text) if text else None
    if whole:
        return [(text, whole)]
    parts = re.split(f"[|;{further}]", text)[:MOST_VALUES]
    return [(part.strip(), find(part)) for part in parts if part.strip()]


def _understood(values: list[tuple[str, str | None]], what: str, problems: list[str]) -> list[str]:
    for written, found in values:
        if found is None:
            problems.append(_("“%(text)s” is no %(what)s that we know.") % {"text": written[:80], "what": what})
    return list(dict.fromkeys(found for _written, found in values if found))

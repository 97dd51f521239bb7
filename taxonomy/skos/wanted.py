"""What a concept should be here, by what the files say of it; whatever does not fit is reported."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from taxonomy.models import Status
from taxonomy.models.exchange import LONGEST_NOTATION
from taxonomy.models.vocabulary import (
    LONGEST_LABEL,
    LONGEST_NORMALISED,
    LONGEST_URI,
    NO_LANGUAGE,
    LabelKind,
)
from taxonomy.skos import names
from taxonomy.skos.gathering import Gathered, Text
from taxonomy.skos.report import Report
from taxonomy.text import clean_line, normalise

LONGEST_SLUG = 100
LONGEST_SOURCE = 200
ENGLISH = "en"

LabelKey = tuple[str, str, str]  # text, language, jurisdiction
NoteKey = tuple[str, str, str]  # kind, language, text


@dataclass(slots=True)
class Wanted:
    """One concept. Of labels and notes only what the files say; `texts` are in the order of the files.

    `status`, `source`, `order` are None where the files say nothing.
    """

    uri: str
    labels: dict[LabelKey, str] = field(default_factory=dict)
    notes: dict[NoteKey, None] = field(default_factory=dict)
    notations: set[tuple[str, str]] = field(default_factory=set)
    mappings: set[tuple[str, str]] = field(default_factory=set)
    memberships: dict[str, bool] = field(default_factory=dict)
    status: str | None = None
    source: str | None = None
    order: int | None = None


@dataclass(slots=True)
class Reader:
    """Makes `Wanted` of what was gathered. `untagged` is the language of texts that name none ("" leaves it so)."""

    gathered: Gathered
    report: Report
    untagged: str = ""
    tops: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for scheme, facts in self.gathered.nodes.items():
            for concept in facts.get("hasTopConcept", ()):
                self.tops.setdefault(str(concept), set()).add(scheme)

    def concept(self, uri: str) -> Wanted:
        """What the files say of the concept at `uri`."""
        wanted = Wanted(uri)
        self._read_labels(wanted)
        self._read_notes(wanted)
        self._read_notations(wanted)
        self._read_mappings(wanted)
        self._read_memberships(wanted)
        self._read_state(wanted)
        return wanted

    def languages(self, uris: Iterable[str], kinds: Iterable[str]) -> set[str]:
        """The languages of what the concepts at `uris` have as any of `kinds`, in their usual form."""
        tags = {text.language for uri in uris for kind in kinds for text in self.gathered.texts(uri, kind)}
        return {names.language_tag(tag) or ("" if tag else self.untagged) for tag in tags}

    def languages_of_jurisdictions(self, uris: Iterable[str]) -> set[str]:
        """The languages of the labels that the concepts at `uris` have in jurisdictions."""
        nodes = {str(node) for uri in uris for node in self.gathered.nodes[uri].get("labelOfJurisdiction", ())}
        return self.languages(nodes & self.gathered.nodes.keys(), ("value",))

    def language(self, text: Text, uri: str) -> str:
        """The language of `text` in its usual form."""
        tag = names.language_tag(text.language)
        if tag is None:
            self.report.odd(_("Language tags that are none: the text is kept without"), f"{text.language} ({uri})")
            return ""
        return tag or self.untagged

    def _read_labels(self, wanted: Wanted) -> None:
        preferred: set[str] = set()
        everywhere = self._read_jurisdictions(wanted)
        for name, kind in names.LABELS.items():
            for text in self.gathered.texts(wanted.uri, name):
                label, language = self._label(text, wanted.uri)
                if not label or (kind != LabelKind.PREF and everywhere.get((label, language)) is False):
                    continue
                becomes = kind
                if kind == LabelKind.PREF and language in preferred:
                    becomes = LabelKind.ALT
                    self._odd(
                        _("Second preferred labels in one language become alternative ones"), label, language, wanted
                    )
                held = wanted.labels.setdefault((label, language, ""), becomes)
                if held != becomes:
                    self._odd(
                        _("Texts that are two kinds of label of one concept stay the first"), label, language, wanted
                    )
                elif becomes == LabelKind.PREF:
                    preferred.add(language)

    def _read_jurisdictions(self, wanted: Wanted) -> dict[tuple[str, str], bool]:
        """Put in the labels of jurisdictions; returns their texts, each with whether it is a label everywhere too."""
        everywhere: dict[tuple[str, str], bool] = {}
        for node in self.gathered.nodes.get(wanted.uri, {}).get("labelOfJurisdiction", ()):
            facts = self.gathered.nodes.get(str(node), {})
            place = _first(facts.get("jurisdiction")).upper()
            kind = _first(facts.get("labelKind"))
            if kind not in LabelKind.values or not place or len(place) > 8:
                self.report.odd(_("Labels of jurisdictions without a kind or a place are left out"), wanted.uri)
                continue
            for text in facts.get("value", ()):
                label, language = self._label(text, wanted.uri) if isinstance(text, Text) else ("", "")
                if label:
                    wanted.labels[(label, language, place)] = kind
                    key = (label, language)
                    everywhere[key] = everywhere.get(key, False) or _first(facts.get("alsoEverywhere")) == "true"
        return everywhere

    def _label(self, text: Text, uri: str) -> tuple[str, str]:
        """The label as one tidy line and its language; "" for one that cannot be kept."""
        line = clean_line(text.text)
        words = normalise(line)
        if not words:
            self.report.odd(_("Labels without a letter or digit are left out"), f"“{line}” ({uri})")
            return "", ""
        if len(line) > LONGEST_LABEL or len(words) > LONGEST_NORMALISED:
            self.report.odd(
                _("Labels longer than %d characters are left out") % LONGEST_LABEL, f"“{line[:60]}…” ({uri})"
            )
            return "", ""
        return line, self.language(text, uri)

    def _odd(self, kind: str, label: str, language: str, wanted: Wanted) -> None:
        self.report.odd(kind, f"“{label}” {language} ({wanted.uri})")

    def _read_notes(self, wanted: Wanted) -> None:
        for kind in sorted(names.NOTES & self.gathered.nodes[wanted.uri].keys()):
            texts = self.gathered.texts(wanted.uri, kind)
            if not texts:
                self.report.odd(_("Notes that lead to something without a text are left out"), wanted.uri)
            for text in texts:
                words = text.text.strip()
                if words:
                    wanted.notes[(kind, self.language(text, wanted.uri), words)] = None
                else:
                    self.report.odd(_("Empty notes are left out"), wanted.uri)

    def _read_notations(self, wanted: Wanted) -> None:
        for text in self.gathered.texts(wanted.uri, "notation"):
            code = clean_line(text.text)
            if code and len(code) <= LONGEST_NOTATION and (not text.datatype or names.is_iri(text.datatype)):
                wanted.notations.add((code, text.datatype[:LONGEST_URI]))
            else:
                self.report.odd(_("Notations that are empty or too long are left out"), wanted.uri)

    def _read_mappings(self, wanted: Wanted) -> None:
        for kind in sorted(names.MAPPINGS & self.gathered.nodes[wanted.uri].keys()):
            for value in self.gathered.nodes[wanted.uri][kind]:
                if isinstance(value, str) and names.is_iri(value) and len(value) <= LONGEST_URI and value != wanted.uri:
                    wanted.mappings.add((kind, value))
                else:
                    shown = value if isinstance(value, str) else value.text
                    self.report.odd(_("Mappings to what is no address are left out"), f"{kind} {shown} ({wanted.uri})")

    def _read_memberships(self, wanted: Wanted) -> None:
        facts = self.gathered.nodes[wanted.uri]
        for value in facts.get("inScheme", ()):
            wanted.memberships.setdefault(str(value), False)
        for value in (*facts.get("topConceptOf", ()), *sorted(self.tops.get(wanted.uri, ()))):
            wanted.memberships[str(value)] = True

    def _read_state(self, wanted: Wanted) -> None:
        facts = self.gathered.nodes[wanted.uri]
        status = _first(facts.get("status"))
        if _first(facts.get("deprecated")) in {"true", "1"}:
            status = Status.DEPRECATED
        if status in Status.values:
            wanted.status = status
        elif status:
            self.report.odd(_("States that are none are left out"), f"{status} ({wanted.uri})")
        order = _first(facts.get("order"))
        if order.isascii() and order.isdigit() and int(order) < 2**31:
            wanted.order = int(order)
        for value in facts.get("source", ()):
            source = clean_line(value.text if isinstance(value, Text) else value)
            if wanted.source is None and 0 < len(source) <= LONGEST_SOURCE:
                wanted.source = source
            else:
                self.report.odd(_("Sources beyond the first, or too long, are left out"), wanted.uri)


def title_of(
    uri: str, labels: dict[LabelKey, str], notations: set[tuple[str, str]], held: tuple[str, str]
) -> tuple[str, str]:
    """The concept's title and its language: the preferred label in English, else the nearest thing to it.

    `held` are title and language as they are: kept where they are still true and nothing comes before them.
    """
    preferred = {
        language: text for (text, language, place), kind in labels.items() if kind == LabelKind.PREF and not place
    }
    if ENGLISH in preferred:
        return preferred[ENGLISH], ENGLISH
    if preferred.get(held[1]) == held[0]:
        return held
    for language in sorted(preferred, key=lambda tag: (not tag.startswith("en-"), tag != "", tag)):
        return preferred[language], language
    others = sorted(labels, key=lambda key: (labels[key] == LabelKind.HIDDEN, key[1] != ENGLISH, key))
    borrowed = [text for text, _language, _place in others] + sorted(code for code, _datatype in notations)
    if held[1] == NO_LANGUAGE and held[0] in (*borrowed, _end_of(uri)):
        return held
    return (borrowed or [_end_of(uri)])[0], NO_LANGUAGE


def slug_for(uri: str, title: str, scheme: str, taken: set[str]) -> str:
    """A slug for a concept made elsewhere: of its title, or of its address where the title has no Latin letters."""
    words = slugify(title) or slugify(_end_of(uri)) or scheme
    for slug in _candidates(words, scheme):
        if slug not in taken:
            return slug
    raise AssertionError("The candidates never end.")


def _candidates(words: str, scheme: str) -> Iterator[str]:
    yield words[:LONGEST_SLUG].rstrip("-")
    room = LONGEST_SLUG - len(scheme) - 8
    longer = f"{words[:room].rstrip('-')}-{scheme}" if room > 0 else words[:60]
    yield longer
    number = 2
    while True:
        yield f"{longer}-{number}"
        number += 1


def _end_of(uri: str) -> str:
    return uri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1][:LONGEST_LABEL] or uri[:LONGEST_LABEL]


def _first(values: list[str | Text] | None) -> str:
    value = values[0] if values else ""
    return value.text if isinstance(value, Text) else value

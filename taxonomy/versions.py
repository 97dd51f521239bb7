"""What the history says, for those who read it: recorded differences in words, and the versions of terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from taxonomy.jurisdictions import language_name
from taxonomy.models import ConceptVersion, MappingKind, NoteKind, Status
from taxonomy.models.vocabulary import LabelKind, concept_url
from taxonomy.rules import place_name

# {"field": a key of NAMES, "before": …, "after": …}: words; lists of words for links, of LabelRows for labels
Change = dict[str, Any]
# text, language, jurisdiction, kind
LabelRow = tuple[str, str, str, str]
NAMES = {
    "scheme": gettext_lazy("Scheme"),
    "title": gettext_lazy("Preferred label"),
    "definition": gettext_lazy("Definition"),
    "scope_note": gettext_lazy("Scope note"),
    "example": gettext_lazy("Example"),
    "source": gettext_lazy("Source"),
    "status": gettext_lazy("Status"),
    "replaced_by": gettext_lazy("Replaced by"),
    "order": gettext_lazy("Order"),
    "labels": gettext_lazy("Labels"),
    "broader": gettext_lazy("Broader terms"),
    "related": gettext_lazy("Related terms"),
    "notes": gettext_lazy("Notes"),
    "notations": gettext_lazy("Codes"),
    "mappings": gettext_lazy("In other vocabularies"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One line of a difference: what stood there before, and what stands there now."""

    name: str
    went: tuple[str, ...]
    came: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version for a template. `by` is "" where nobody of the portal's people made it (a load, an import)."""

    pk: int
    number: int
    at: datetime
    by: str
    proposal_id: int | None
    changes: tuple[ShownChange, ...]
    title: str
    url: str

    @property
    def is_first(self) -> bool:
        return self.number == 1


def change(name: str, before: Any, after: Any) -> Change:
    """A difference as it is recorded."""
    return {"field": name, "before": before, "after": after}


def shown(changes: Iterable[Change]) -> tuple[ShownChange, ...]:
    """Recorded differences, ready for a template. Labels that are hidden from readers are hidden here too."""
    lines = []
    for found in changes:
        went, came = (_words(found["field"], side) for side in (found["before"], found["after"]))
        if went or came:
            lines.append(ShownChange(str(NAMES[found["field"]]), went, came))
    return tuple(lines)


def _words(name: str, value: Any) -> tuple[str, ...]:
    if name == "labels":
        return tuple(label_words(*row) for row in value if row[3] != LabelKind.HIDDEN)
    if name == "notes":
        return tuple(note_words(*row) for row in value)
    if name == "notations":
        return tuple(text for text, _datatype in value)
    if name == "mappings":
        return tuple(f"{MappingKind(kind).label}: {uri}" for kind, uri in value)
    if name == "status":
        return (str(Status(value).label),) if value in Status.values else ()
    if isinstance(value, list):
        return tuple(value)
    return (str(value),) if value not in ("", None) else ()


def label_words(text: str, language: str, jurisdiction: str, kind: str) -> str:
    """A label as one phrase: "cross-charging (English, United Kingdom; preferred)"."""
    return f"{text} ({place_name(language, jurisdiction)}; {str(LabelKind(kind).label).lower()})"


def note_words(kind: str, language: str, text: str) -> str:
    """A note as one phrase: "Ce que cela veut dire. (Definition, French)"."""
    said = str(NoteKind(kind).label)
    return f"{text} ({said}, {language_name(language)})" if language else f"{text} ({said})"


def newest(concept_id: int | None = None, *, limit: int, start: int = 0) -> list[ShownVersion]:
    """The newest versions of one term, or of all terms, newest first: one query."""
    found = ConceptVersion.objects.select_related("by", "concept").order_by("-at", "-pk")
    if concept_id is not None:
        found = found.filter(concept=concept_id).order_by("-number")
    return [shown_version(version) for version in found[start : start + limit]]


def shown_version(version: ConceptVersion) -> ShownVersion:
    """`version`, which has its concept and its author selected, for a template."""
    lines = shown(version.changes) or (ShownChange(_("Words by which it is found"), (), ()),)
    return ShownVersion(
        version.pk,
        version.number,
        version.at,
        version.by.name if version.by else "",
        version.proposal_id,
        lines,
        version.concept.title,
        concept_url(version.concept.slug),
    )

"""What notes, codes and mappings must not be: each rule refuses with a sentence."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from taxonomy.models import Concept, MappingKind, NoteKind
from taxonomy.models.exchange import LONGEST_NOTATION
from taxonomy.models.vocabulary import LONGEST_URI
from taxonomy.rules import VocabularyError
from taxonomy.skos import names
from taxonomy.text import clean_line, clean_text

# kind, language, text; text, datatype; kind, address
Row = tuple[str, ...]
# What says that two concepts are one cannot stand beside what says that they are not.
NOT_EXACT = {MappingKind.BROAD, MappingKind.NARROW, MappingKind.RELATED}


def tidy_notes(concept: Concept, rows: Iterable[Row]) -> list[Row]:
    """Notes with spaces and codes in their usual form, without repetitions. Raises VocabularyError for one without
    words, of no kind, or in what is no language."""
    wanted: dict[Row, None] = {}
    for kind, typed, words in rows:
        text, language = clean_text(words).strip(), clean_line(typed)
        if kind not in NoteKind.values:
            raise VocabularyError(_("“%s” is no kind of note.") % kind, "notes")
        if not text:
            raise VocabularyError(_("A note needs words; fill it in or take it away."), "notes")
        tag = names.language_tag(language) if language else ""
        if tag is None:
            raise VocabularyError(
                _("“%s” is no language code; write for example en or fr-CA.") % language[:20], "notes"
            )
        wanted[kind, tag, text] = None
    return list(wanted)


def tidy_notations(concept: Concept, rows: Iterable[Row]) -> list[Row]:
    """Codes on one line, without repetitions. Raises VocabularyError for an empty or too long one, and for a datatype
    that is no address."""
    wanted: dict[Row, None] = {}
    for words, typed in rows:
        code, datatype = clean_line(words), clean_line(typed)
        if not code or len(code) > LONGEST_NOTATION:
            raise VocabularyError(_("A code needs 1 to %d characters.") % LONGEST_NOTATION, "notations")
        if datatype and not _is_address(datatype):
            raise VocabularyError(
                _("The datatype of “%(code)s” is no address: “%(typed)s”. Leave it empty where you have none.")
                % {"code": code, "typed": datatype[:60]},
                "notations",
            )
        wanted[code, datatype] = None
    return list(wanted)


def tidy_mappings(concept: Concept, rows: Iterable[Row]) -> list[Row]:
    """Mappings without repetitions. Raises VocabularyError for one to what is no address, to the concept itself, and
    for one that says "the same" and "not the same" of one address."""
    wanted: dict[Row, None] = {}
    for kind, typed in rows:
        uri = clean_line(typed)
        if kind not in MappingKind.values:
            raise VocabularyError(_("“%s” is no kind of match.") % kind, "mappings")
        if not _is_address(uri):
            raise VocabularyError(
                _("“%s” is no address of a concept; write the whole of it, beginning with https://") % uri[:60],
                "mappings",
            )
        if uri in {concept.uri, names.own_uri(concept.slug)}:
            raise VocabularyError(_("“%s” cannot match itself.") % concept.title, "mappings")
        wanted[kind, uri] = None
    exact = {uri for kind, uri in wanted if kind == MappingKind.EXACT}
    for kind, uri in wanted:
        if kind in NOT_EXACT and uri in exact:
            raise VocabularyError(
                _("“%(uri)s” cannot match exactly and be “%(kind)s” too; keep one.")
                % {"uri": uri, "kind": MappingKind(kind).label},
                "mappings",
            )
    return list(wanted)


def _is_address(text: str) -> bool:
    return len(text) <= LONGEST_URI and names.is_iri(text)

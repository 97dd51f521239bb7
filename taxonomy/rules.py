"""What a vocabulary must not be: each rule refuses with a sentence that names the concepts concerned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from taxonomy import closure
from taxonomy.jurisdictions import jurisdiction_name, language_name
from taxonomy.models import Ancestry, Concept, Label, Scheme, Status
from taxonomy.models.vocabulary import LONGEST_LABEL, LONGEST_LANGUAGE, LONGEST_NORMALISED, NO_LANGUAGE, LabelKind
from taxonomy.text import clean_line, normalise

# Addresses below the glossary's that are no terms.
RESERVED_SLUGS = frozenset({"feed", "propose", "proposals", "shared"})


class VocabularyError(ValidationError):
    """A change that the vocabulary refuses. `field` is the field of a form that the sentence belongs to."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence, code="vocabulary")
        self.field = field


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """A label as wanted. Language as in en or fr-CA, jurisdiction as in US; "" is everywhere."""

    text: str
    language: str = "en"
    jurisdiction: str = ""
    kind: str = LabelKind.ALT

    @property
    def place(self) -> tuple[str, str]:
        return self.language, self.jurisdiction

    @property
    def normalised(self) -> str:
        return normalise(self.text)


ENGLISH = "en"
MAIN_PLACE = (ENGLISH, "")


def tidy(spec: LabelSpec) -> LabelSpec:
    """`spec` with spaces and codes in their usual form.

    Raises VocabularyError for a text without letters or digits or too long, and for codes and kinds that are none.
    """
    text = clean_line(spec.text)
    words = normalise(text)
    if not words:
        raise VocabularyError(_("A label needs at least one letter or digit; “%s” has none.") % text, "labels")
    if len(text) > LONGEST_LABEL or len(words) > LONGEST_NORMALISED:
        raise VocabularyError(
            _("The label “%(text)s…” is longer than %(most)d characters.") % {"text": text[:40], "most": LONGEST_LABEL},
            "labels",
        )
    language, jurisdiction = clean_line(spec.language), clean_line(spec.jurisdiction).upper()
    if len(language) > LONGEST_LANGUAGE or not (language.replace("-", "").isalnum() or not language):
        raise VocabularyError(_("“%s” is no language code; write for example en or fr-CA.") % language[:20], "labels")
    if len(jurisdiction) > 8 or not (jurisdiction.replace("-", "").isalnum() or not jurisdiction):
        raise VocabularyError(_("“%s” is no country code; write for example US or CA.") % jurisdiction[:20], "labels")
    if spec.kind not in LabelKind.values:
        raise VocabularyError(_("“%s” is no kind of label: use pref, alt or hidden.") % spec.kind, "labels")
    return LabelSpec(text, language, jurisdiction, spec.kind)


def main_label(title: str, language: str = ENGLISH) -> tuple[LabelSpec, ...]:
    """The preferred label that a title in `language` is: none for a title that the concept only borrows."""
    return () if language == NO_LANGUAGE else (LabelSpec(title, language, "", LabelKind.PREF),)


def is_main(spec: LabelSpec, language: str = ENGLISH) -> bool:
    """Whether `spec` stands where the preferred label stands that is the title of a concept, in `language`."""
    return spec.kind == LabelKind.PREF and spec.place == (language, "")


def tidy_labels(title: str, specs: Iterable[LabelSpec], language: str = ENGLISH) -> list[LabelSpec]:
    """The concept's main preferred label `title` and its further labels, tidied and without exact repetitions.

    Raises VocabularyError when two are preferred in one language and jurisdiction, or one text has two kinds.
    """
    wanted: dict[tuple[str, str, str], LabelSpec] = {}
    preferred: dict[tuple[str, str], LabelSpec] = {}
    for spec in (tidy(spec) for spec in (*main_label(title, language), *specs)):
        same = wanted.setdefault((spec.text, *spec.place), spec)
        if same.kind != spec.kind:
            raise VocabularyError(
                _("“%(text)s” is given twice for “%(title)s”, as two kinds of label; keep one.")
                % {"text": spec.text, "title": title},
                "labels",
            )
        if spec.kind == LabelKind.PREF and preferred.setdefault(spec.place, spec).text != spec.text:
            raise VocabularyError(
                _("“%(title)s” can have only one preferred label for %(place)s, but has “%(one)s” and “%(two)s”.")
                % {
                    "title": title,
                    "place": place_name(*spec.place),
                    "one": preferred[spec.place].text,
                    "two": spec.text,
                },
                "labels",
            )
    return list(wanted.values())


def check_slug(slug: str) -> None:
    """Raises VocabularyError for a slug whose address is another page of the glossary."""
    if slug in RESERVED_SLUGS:
        raise VocabularyError(_("“%s” is a page of the glossary itself; choose another slug.") % slug, "slug")


def place_name(language: str, jurisdiction: str) -> str:
    """Words for a language and jurisdiction: "English, Canada"."""
    return f"{language_name(language)}, {jurisdiction_name(jurisdiction)}" if jurisdiction else language_name(language)


def check_labels_free(scheme: Scheme, title: str, specs: Sequence[LabelSpec], concept_id: int | None) -> None:
    """Raises VocabularyError when another living concept of the scheme prefers one of these labels already."""
    wanted = {(spec.normalised, *spec.place): spec for spec in specs if spec.kind == LabelKind.PREF}
    rivals = (
        Label.objects.filter(
            concept__scheme=scheme, kind=LabelKind.PREF, normalised__in={words for words, *_place in wanted}
        )
        .exclude(concept_id=concept_id or 0)
        .exclude(concept__status=Status.DEPRECATED)
        .select_related("concept")
    )
    for rival in rivals:
        spec = wanted.get((rival.normalised, rival.language, rival.jurisdiction))
        if spec is not None:
            raise VocabularyError(
                _(
                    "“%(text)s” cannot be the preferred label of “%(title)s” for %(place)s: it is already that of "
                    "“%(other)s” in the scheme “%(scheme)s”."
                )
                % {
                    "text": spec.text,
                    "title": title,
                    "place": place_name(*spec.place),
                    "other": rival.concept.title,
                    "scheme": scheme.title,
                },
                "title" if spec.place == MAIN_PLACE else "labels",
            )


def check_broader(concept: Concept, broader: Iterable[Concept]) -> None:
    """Raises VocabularyError for a concept above itself, directly or not, or one of another scheme: one query."""
    below = set(
        Ancestry.objects.filter(ancestor_id=concept.pk).values_list("concept_id", flat=True) if concept.pk else ()
    )
    for other in broader:
        names = {"title": concept.title, "other": other.title}
        if other.pk == concept.pk:
            raise VocabularyError(_("“%(title)s” cannot be broader than “%(other)s”: they are one.") % names, "broader")
        if other.pk in below:
            raise VocabularyError(
                _("“%(other)s” cannot be broader than “%(title)s”, because “%(title)s” is broader than “%(other)s”.")
                % names,
                "broader",
            )
        if other.scheme_id != concept.scheme_id:
            raise VocabularyError(
                _(
                    "“%(other)s” cannot be broader than “%(title)s”, because it is in another scheme; "
                    "relate the two instead."
                )
                % names,
                "broader",
            )


def check_related(concept: Concept, related: Iterable[Concept]) -> None:
    """Raises VocabularyError for a concept related to itself."""
    for other in related:
        if other.pk == concept.pk:
            raise VocabularyError(
                _("“%(title)s” cannot be related to “%(other)s”: they are one.")
                % {"title": concept.title, "other": other.title},
                "related",
            )


def check_replacement(concept: Concept, replacement: Concept | None) -> None:
    """Raises VocabularyError when a term would be replaced by itself or by one that is deprecated too."""
    if replacement is None:
        return
    names = {"title": concept.title, "other": replacement.title}
    if replacement.pk == concept.pk:
        raise VocabularyError(_("“%(title)s” cannot be replaced by “%(other)s”: they are one.") % names, "replaced_by")
    if replacement.status == Status.DEPRECATED:
        raise VocabularyError(
            _("“%(title)s” cannot be replaced by “%(other)s”, because that is deprecated too.") % names, "replaced_by"
        )


def check_no_cycle(broader: dict[int, list[int]], titles: dict[int, str]) -> None:
    """Raises VocabularyError when the links (concept id to ids above it) run in a circle; names two on it."""
    link = closure.find_cycle(broader)
    if link is not None:
        concept_id, broader_id = link
        raise VocabularyError(
            _("“%(other)s” cannot be broader than “%(title)s”, because “%(title)s” is broader than “%(other)s”.")
            % {"title": titles[concept_id], "other": titles[broader_id]},
            "broader",
        )

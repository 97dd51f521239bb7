"""Writes of concepts: their texts, labels and links."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.text import render_markdown
from taxonomy import closure, history, rules
from taxonomy.models import Ancestry, BroaderLink, Concept, Label, RelatedLink, Scheme, Status
from taxonomy.models.vocabulary import NO_LANGUAGE
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import outside, version
from taxonomy.text import clean_line, clean_text

TEXTS = ("definition", "scope_note", "example")
LINES = ("title", "source")
FIELDS = (*LINES, *TEXTS, "scheme", "status", "replaced_by", "order")


@transaction.atomic
def create_concept(scheme: Scheme, slug: str, title: str, **values: Any) -> Concept:
    """A new concept whose preferred label in English is `title`; `values` as for `update_concept`.

    Raises VocabularyError, and writes nothing, when a rule is broken or the slug is taken.
    """
    version.lock()
    concept = Concept(slug=slug)
    before = history.states(_beside(concept, values))
    touched = apply(concept, {"scheme": scheme, "title": title, **values})
    history.record_many({concept.pk, *before}, before)
    version.announce(touched)
    return concept


@transaction.atomic
def update_concept(concept: Concept, **values: Any) -> bool:
    """Give `concept` new values; what is not named stays. False, and no new version, when it has them all already.

    Fields: scheme, title, definition (Markdown), scope_note, example, source, status, replaced_by, order. `labels`
    (LabelSpecs) replaces all labels but the main one, which is the title; `broader` and `related` (concepts) replace
    the links; `notes`, `notations` and `mappings` (rows as in `services.outside`) replace those.
    Raises VocabularyError, and writes nothing, when a rule is broken.
    """
    version.lock()
    concept.refresh_from_db()
    before = history.states({concept.pk, *_beside(concept, values)})
    touched = apply(concept, values)
    if touched:
        history.record_many(before, before)
        version.announce(touched)
    return bool(touched)


def _beside(concept: Concept, values: dict[str, Any]) -> set[int]:
    """The ids of the concepts whose own links change with those of `concept`: associations have two sides."""
    if "related" not in values:
        return set()
    held = RelatedLink.objects.filter(concept=concept).values_list("related_id", flat=True) if concept.pk else ()
    values["related"] = list(values["related"])
    return {*held, *(other.pk for other in values["related"])}


def set_broader(concept: Concept, broader: Iterable[Concept]) -> bool:
    """Put `concept` directly below exactly these. Raises VocabularyError for a circle. False when nothing changed."""
    return update_concept(concept, broader=broader)


def set_related(concept: Concept, related: Iterable[Concept]) -> bool:
    """Relate `concept` to exactly these, from both sides. False when nothing changed."""
    return update_concept(concept, related=related)


def set_labels(concept: Concept, labels: Iterable[LabelSpec]) -> bool:
    """Give `concept` exactly these labels beside its title. False when nothing changed."""
    return update_concept(concept, labels=labels)


@transaction.atomic
def add_label(concept: Concept, label: LabelSpec) -> bool:
    """Give `concept` one label more. False when it has that text in that language and jurisdiction already.

    Raises VocabularyError, and writes nothing, when a rule is broken.
    """
    wanted = rules.tidy(label)
    held = [
        LabelSpec(row.text, row.language, row.jurisdiction, row.kind) for row in Label.objects.filter(concept=concept)
    ]
    if (wanted.text, *wanted.place) in {(spec.text, *spec.place) for spec in held}:
        return False
    further = [spec for spec in held if not rules.is_main(spec, concept.title_language)]
    return set_labels(concept, [*further, wanted])


def agree(concept: Concept) -> bool:
    """From now on the concept's labels widen searches. False when it was agreed already."""
    return update_concept(concept, status=Status.AGREED, replaced_by=None)


@transaction.atomic
def deprecate(concept: Concept, replaced_by: Concept | None = None) -> bool:
    """Retire `concept`, in favour of another if there is one. What it had replaced points to that one too."""
    if replaced_by is not None:
        version.lock()
        moved = Concept.objects.filter(replaced_by=concept).exclude(pk=replaced_by.pk)
        before = history.states(moved.values_list("pk", flat=True))
        moved.update(replaced_by=replaced_by)
        history.record_many(before, before)
    return update_concept(concept, status=Status.DEPRECATED, replaced_by=replaced_by)


@transaction.atomic
def delete_concept(concept: Concept) -> None:
    """Delete a concept that nobody may have cited. Raises VocabularyError for an agreed or deprecated one."""
    version.lock()
    concept.refresh_from_db()
    if concept.status in {Status.AGREED, Status.DEPRECATED}:
        raise VocabularyError(
            _("“%s” has been agreed, and others may cite it. Deprecate it instead of deleting it.") % concept.title,
            "status",
        )
    touched = {concept.pk, *Ancestry.objects.filter(ancestor=concept).values_list("concept_id", flat=True)}
    touched |= set(Concept.objects.filter(replaced_by=concept).values_list("pk", flat=True))
    before = history.states({*touched, *_beside(concept, {"related": ()})} - {concept.pk})
    concept.delete()
    history.record_many(before, before)
    version.announce(touched | closure.refresh_all())


def refusal(concept: Concept, values: dict[str, Any]) -> VocabularyError | None:
    """Why `values` cannot be given to `concept` (or a new one, without id); None when they can. Writes nothing."""
    trial = Concept.objects.get(pk=concept.pk) if concept.pk else Concept(slug=concept.slug)
    try:
        with transaction.atomic():
            apply(trial, values)
            transaction.set_rollback(True)
    except VocabularyError as error:
        return error
    return None


def apply(concept: Concept, values: dict[str, Any]) -> set[int]:
    """Write `values` without a new version: for the callers here and in `loading`, in their transaction.

    Returns the ids of the concepts that are different now, `concept` itself and those below it whose ancestors changed.
    """
    unknown = values.keys() - {*FIELDS, "labels", "broader", "related", *outside.KINDS}
    if unknown:
        raise TypeError(f"A concept has no {', '.join(sorted(unknown))}.")
    is_different = _put_fields(concept, {name: values[name] for name in FIELDS if name in values})
    is_different |= _put_labels(concept, values.get("labels"))
    touched: set[int] = {concept.pk} if outside.put(concept, values) else set()
    if "broader" in values:
        touched |= _put_broader(concept, list(values["broader"]))
    if "related" in values:
        touched |= _put_related(concept, list(values["related"]))
    if is_different:
        touched.add(concept.pk)
    elif concept.pk in touched:
        Concept.objects.filter(pk=concept.pk).update(updated_at=timezone.now())
    return touched


def _put_fields(concept: Concept, fields: dict[str, Any]) -> bool:
    wanted = {name: _tidy(name, value) for name, value in fields.items()}
    held = {name: getattr(concept, name, None) if concept.pk else None for name in wanted}
    changed = [name for name, value in wanted.items() if held[name] != value]
    if concept.pk and not changed:
        return False
    if not concept.pk:
        rules.check_slug(concept.slug)
    elif "scheme" in changed:
        _check_may_move(concept, wanted["scheme"])
    for name in wanted:
        setattr(concept, name, wanted[name])
    if "title" in changed and concept.title_language == NO_LANGUAGE:
        concept.title_language = rules.ENGLISH
    if concept.pk and {"status", "replaced_by"} & set(changed):
        # Whoever says anew what became of a merged concept takes its redirect back.
        concept.merged_into = None
    if "definition" in changed:
        concept.definition_html = render_markdown(concept.definition)
    _check_fields(concept)
    concept.save()
    return True


def _check_fields(concept: Concept) -> None:
    """Raises VocabularyError for what stands in its fields against a rule."""
    if concept.status == Status.DEPRECATED:
        rules.check_replacement(concept, concept.replaced_by)
    elif concept.replaced_by_id is not None:
        raise VocabularyError(_("“%s” is not deprecated, so nothing replaces it.") % concept.title, "replaced_by")
    try:
        concept.full_clean(exclude=["scheme", "replaced_by", "definition_html"])
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise VocabularyError(sentences[0], field) from error


def _tidy(name: str, value: Any) -> Any:
    if name in LINES:
        return clean_line(value)
    if name in TEXTS:
        return clean_text(value).strip()
    return value


def _check_may_move(concept: Concept, scheme: Scheme) -> None:
    if BroaderLink.objects.filter(Q(concept=concept) | Q(broader=concept)).exists():
        raise VocabularyError(
            _("“%(title)s” cannot move to the scheme “%(scheme)s” while it has broader or narrower concepts.")
            % {"title": concept.title, "scheme": scheme.title},
            "scheme",
        )


def _put_labels(concept: Concept, specs: Iterable[LabelSpec] | None) -> bool:
    """Bring the label rows to `specs` and the title; with None to the title only, and check them all again."""
    held = {
        LabelSpec(label.text, label.language, label.jurisdiction, label.kind): label.pk
        for label in Label.objects.filter(concept=concept)
    }
    if specs is None:
        specs = [spec for spec in held if not rules.is_main(spec, concept.title_language)]
    specs = _with_english_title(concept, list(specs))
    wanted = rules.tidy_labels(concept.title, specs, concept.title_language)
    if concept.status != Status.DEPRECATED:
        rules.check_labels_free(concept.scheme, concept.title, wanted, concept.pk)
    stale = [pk for spec, pk in held.items() if spec not in wanted]
    fresh = [spec for spec in wanted if spec not in held]
    if stale:
        Label.objects.filter(pk__in=stale).delete()
    Label.objects.bulk_create(
        Label(
            concept=concept,
            text=spec.text,
            language=spec.language,
            jurisdiction=spec.jurisdiction,
            kind=spec.kind,
            normalised=spec.normalised,
        )
        for spec in fresh
    )
    return bool(stale or fresh)


def _with_english_title(concept: Concept, specs: list[LabelSpec]) -> list[LabelSpec]:
    """Let a preferred label in English be the title as soon as there is one; the title that was stays a label."""
    if concept.title_language == rules.ENGLISH:
        return specs
    english = next((spec for spec in specs if rules.is_main(spec, rules.ENGLISH)), None)
    if english is None:
        return specs
    before = rules.main_label(concept.title, concept.title_language)
    concept.title, concept.title_language = clean_line(english.text), rules.ENGLISH
    concept.save(update_fields=["title", "title_language"])
    return [*before, *(spec for spec in specs if spec != english)]


def _put_broader(concept: Concept, broader: list[Concept]) -> set[int]:
    rules.check_broader(concept, broader)
    wanted = {other.pk for other in broader}
    held = set(BroaderLink.objects.filter(concept=concept).values_list("broader_id", flat=True))
    if wanted == held:
        return set()
    BroaderLink.objects.filter(concept=concept, broader_id__in=held - wanted).delete()
    BroaderLink.objects.bulk_create(BroaderLink(concept=concept, broader_id=pk) for pk in sorted(wanted - held))
    return {concept.pk} | closure.refresh(concept.pk)


def _put_related(concept: Concept, related: list[Concept]) -> set[int]:
    rules.check_related(concept, related)
    wanted = {other.pk for other in related}
    held = set(RelatedLink.objects.filter(concept=concept).values_list("related_id", flat=True))
    gone, fresh = held - wanted, sorted(wanted - held)
    if gone:
        RelatedLink.objects.filter(
            Q(concept=concept, related_id__in=gone) | Q(related=concept, concept_id__in=gone)
        ).delete()
    RelatedLink.objects.bulk_create(
        link
        for pk in fresh
        for link in (
            RelatedLink(concept=concept, related_id=pk),
            RelatedLink(concept_id=pk, related=concept),
        )
    )
    return {concept.pk, *gone, *fresh} if gone or fresh else set()

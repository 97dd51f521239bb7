"""How a term of the vocabulary is found. The vocabulary stands below search, so search records it itself.

The most useful terms are those by which most of what everybody may read is sorted.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.models import PageGate
from portal.core.text import plain_text
from portal.search.contract import Kind, SearchRecord
from portal.search.models import SearchFacet
from portal.search.registry import register, register_dependants
from taxonomy.models import Concept, GlossaryPage, Status
from taxonomy.models.vocabulary import NO_LANGUAGE, LabelKind

# A hit says in a line where it comes from; the page of the term says it in full.
LONGEST_SOURCE = 80


def all_terms() -> Any:
    """Every concept with what `to_record` reads: its labels, and the audience of the glossary that shows it."""
    glossary = PageGate.objects.filter(page__in=GlossaryPage.objects.live()).values("audience_id")[:1]
    held = SearchFacet.objects.filter(concept_id=OuterRef("pk"), entry__audience_id=PUBLIC_AUDIENCE_ID)
    number = held.exclude(entry__kind="term").order_by().values("concept_id").annotate(number=Count("pk"))
    return Concept.objects.prefetch_related("labels").annotate(
        glossary_audience=Subquery(glossary),
        uses=Coalesce(Subquery(number.values("number"), output_field=IntegerField()), 0),
    )


def to_record(concept: Any) -> SearchRecord | None:
    """The record of a term in use, found by each label it shows; None once it is deprecated or the glossary is away.

    Hidden labels (misspellings) lead to the term when the query is asked, as synonyms do, and are never shown.
    """
    if concept.status == Status.DEPRECATED or concept.glossary_audience is None:
        return None
    shown = (label.text for label in concept.labels.all() if label.kind != LabelKind.HIDDEN)
    labels = " · ".join(text for text in shown if text != concept.title)
    texts = [labels, concept.scope_note, concept.example]
    return SearchRecord(
        kind="term",
        pk=concept.pk,
        title=concept.title,
        url=concept.get_absolute_url(),
        audience_id=concept.glossary_audience,
        summary=plain_text(concept.definition_html),
        body=" ".join(text for text in texts if text),
        language=concept.title_language if concept.title_language not in {"", NO_LANGUAGE} else "en",
        label="" if concept.status == Status.AGREED else str(concept.get_status_display()),
        source=Truncator(concept.source).chars(LONGEST_SOURCE),
        concept_ids=(concept.pk,),
        updated_at=concept.updated_at,
        usefulness=concept.uses,
    )


def _terms_of(page_ids: list[int]) -> Iterable[str]:
    """Terms come, go and move with the glossary."""
    if not GlossaryPage.objects.filter(pk__in=page_ids).exists():
        return []
    return [f"term:{pk}" for pk in Concept.objects.values_list("pk", flat=True)]


register(Kind("term", _("Term"), _("Terms"), Concept, all_terms, to_record))
register_dependants("terms", _terms_of)

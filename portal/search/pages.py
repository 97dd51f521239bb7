"""The record of a page: what is the same for every kind of them."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from wagtail.models import Page, ReferenceIndex

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.models import PageGate
from portal.core.urlpaths import page_url
from portal.search.contract import SearchRecord


def page_record(kind: str, page: Any, body: str, **more: Any) -> SearchRecord | None:
    """The record of a live page, which must be fetched with its gate and, if it is tagged, its concepts.

    None while it is a draft, scheduled or without a gate. `more` are further fields of `SearchRecord`, or others than
    the page's own.
    """
    if not page.live or not hasattr(page, "gate"):
        return None
    own = {
        "title": page.title,
        "url": page_url(page),
        "audience_id": page.gate.audience_id,
        "summary": page.summary,
        "language": page.lang,
        "concept_ids": tuple(concept.pk for concept in page.concepts.all()) if hasattr(page, "concepts") else (),
        "published_at": page.first_published_at,
        "updated_at": page.last_published_at,
        "review_by": getattr(page, "review_by", None),
    }
    return SearchRecord(kind=kind, pk=page.pk, body=body, **{**own, **more})


def with_uses(pages: "QuerySet[Any]") -> "QuerySet[Any]":
    """`pages` with `uses`: how many pages that everybody may read lead to each. No query more.

    What others may not read says nothing here, or an order would tell of it.
    """
    of_pages = ContentType.objects.get_for_model(Page)
    gates = PageGate.objects.filter(audience_id=PUBLIC_AUDIENCE_ID, page__live=True)
    public = gates.annotate(as_text=Cast("page_id", CharField())).values("as_text")
    leading = ReferenceIndex.objects.filter(
        to_content_type=of_pages,
        to_object_id=Cast(OuterRef("pk"), CharField()),
        base_content_type=of_pages,
        object_id__in=public,
    )
    number = leading.order_by().values("to_object_id").annotate(number=Count("object_id", distinct=True))
    return pages.annotate(uses=Coalesce(Subquery(number.values("number"), output_field=IntegerField()), 0))

"""Sections of the page tree that are closed: everything below them may be read and nothing more be added.

The room that owns a section (a working group that is archived) closes it; the rooms whose boards and events may stand
below ask `is_closed` before they accept anything.
"""

from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import post_page_move

from portal.core import pagecache
from portal.core.models import ClosedSection
from portal.core.prepared import prepared


def is_closed(page: Page) -> bool:
    """Whether `page` or a page above it is closed: one query for each instance, however often it is asked."""
    known: bool | None = page.__dict__.get("_in_closed_section")
    if known is None:
        known = bool(_closed_above(page.path))
        remember(page, closed=known)
    return known


def remember(page: Page, *, closed: bool) -> None:
    """A read that asked `closed_above` along with other things has the answer for this instance."""
    page.__dict__["_in_closed_section"] = closed


def closed_above(path: str) -> Exists:
    """For queries: whether the page whose tree path is the column `path` of the outer query, or one above it, is
    closed."""
    asked = ExpressionWrapper(OuterRef(path), output_field=CharField())
    return Exists(ClosedSection.objects.alias(asked=asked).filter(asked__startswith=F("path")))


@prepared
def _closed_above(path: str) -> "QuerySet[ClosedSection, int]":
    found = ClosedSection.objects.alias(asked=Value(path)).filter(asked__startswith=F("path"))
    return found.values_list("pk", flat=True)


@transaction.atomic
def close(page: Page) -> bool:
    """Close the section below `page`. False if it was."""
    made = ClosedSection.objects.get_or_create(page_id=page.pk, defaults={"path": page.path})[1]
    if made:
        pagecache.bump()
    return made


@transaction.atomic
def reopen(page: Page) -> bool:
    """Open it again. False if it was not closed."""
    gone = ClosedSection.objects.filter(page_id=page.pk).delete()[0]
    if gone:
        pagecache.bump()
    return bool(gone)


@receiver(post_page_move, dispatch_uid="core.closed_sections_move")
def follow_moves(sender: type, **kwargs: Any) -> None:
    """A move changes the paths of the page, of all below it, and perhaps of its neighbours."""
    for section in ClosedSection.objects.exclude(path=F("page__path")).select_related("page"):
        ClosedSection.objects.filter(pk=section.pk).update(path=section.page.path)

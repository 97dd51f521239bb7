"""What a digest says: sections that rooms register, and the notices that a member wants to hear daily or weekly."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from portal.core.references import Link
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer

# A section shows no more: a digest is an invitation to look, not the portal once more.
MOST_LINKS = 5


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`."""

    since: datetime
    until: datetime


# What came in the period that the viewer may see; the concepts are those that the member follows or works with.
Finder = Callable[[Viewer, Period, list[int]], list[Link]]
ConceptFinder = Callable[[int], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: Any
    finder: Finder
    order: int


_sections: dict[str, Section] = {}
_concept_finders: dict[str, ConceptFinder] = {}


def register(name: str, title: Any, finder: Finder, order: int = 100) -> None:
    """Let digests have a section with what `finder` finds; without any it is left out."""
    _sections[name] = Section(name, title, finder, order)


def register_concepts(name: str, finder: ConceptFinder) -> None:
    """Let `finder(member_id)` say which concepts are a member's own."""
    _concept_finders[name] = finder


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda section: (section.order, section.name))


def concepts_of(member_id: int) -> list[int]:
    """The ids of the concepts that are the member's, in order."""
    return sorted({pk for finder in _concept_finders.values() for pk in finder(member_id)})


def new_pages(pages: Callable[[Viewer], "QuerySet[Any]"]) -> Finder:
    """A finder for pages that were first published in the period, the newest first. `pages(viewer)` gives the visible
    ones."""

    def find(viewer: Viewer, period: Period, concept_ids: list[int]) -> list[Link]:
        found = pages(viewer).filter(first_published_at__gte=period.since, first_published_at__lt=period.until)
        newest = found.order_by("-first_published_at", "-pk")[:MOST_LINKS]
        return [Link(page.title, page_url(page), summary=page.summary) for page in newest]

    return find

"""What a digest says: sections that rooms register, and the notices that a member wants to hear daily or weekly."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.references import Link
from portal.core.viewer import Viewer


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

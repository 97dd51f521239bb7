"""A profile as somebody sees it: only what their eyes may see is in it at all."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from portal.core.prepared import prepared
from portal.members.access import NAME, PARTS, Eyes, parts_seen, visibility_of
from portal.members.models import Profile, profile_url
from taxonomy.models.vocabulary import concept_url
from taxonomy.querysets import chips

Chips = list[tuple[str, str]]


@dataclass(slots=True)
class Card:
    """The parts that are seen; the others are empty. `who` says of each part who sees it, for its owner."""

    name: str
    url: str
    joined: datetime
    role: str = ""
    organisation: str = ""
    affiliation: str = ""
    affiliation_label: str = ""
    place: Chips = field(default_factory=list)
    service_lines: Chips = field(default_factory=list)
    ask_about: Chips = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    portrait_url: str = ""
    html: str = ""
    who: dict[str, str] = field(default_factory=dict)


def card(profile: Profile, eyes: Eyes, *, marked: bool = False) -> Card | None:
    """What `eyes` see of `profile`; None where they do not see the name, and so nothing.

    Reads `user` and `place`, which should be selected with the profile, and two queries more.
    `marked` says of each part who sees it.
    """
    seen = parts_seen(profile, eyes)
    if NAME not in seen:
        return None
    shown = Card(profile.user.name, profile_url(profile.pk), profile.user.date_joined)
    for part in PARTS:
        if part in seen:
            for name, value in _READ[part](profile).items():
                setattr(shown, name, value)
    if marked:
        shown.who = {part: str(visibility_of(profile, part).label) for part in seen}
    return shown


def portrait_url(profile: Profile) -> str:
    """The portrait's address, which changes with the picture."""
    version = hashlib.blake2b(str(profile.portrait.name).encode(), digest_size=6).hexdigest()
    return f"{profile_url(profile.pk)}portrait/?v={version}"


def _chips(through: Any, profile: Profile) -> Chips:
    """The concepts by title: one query."""
    return [(title, concept_url(slug)) for title, slug in _linked(through, profile.pk)]


@prepared
def _linked(through: Any, profile_id: int) -> "QuerySet[Any, tuple[str, str]]":
    links = through.objects.filter(profile_id=profile_id).order_by("concept__title")
    return links.values_list("concept__title", "concept__slug")


_READ: dict[str, Callable[[Profile], dict[str, Any]]] = {
    "portrait": lambda profile: {"portrait_url": portrait_url(profile) if profile.portrait else ""},
    "role": lambda profile: {"role": profile.role},
    "organisation": lambda profile: {"organisation": profile.user.organisation},
    "affiliation": lambda profile: {
        "affiliation": profile.user.affiliation,
        "affiliation_label": str(profile.user.get_affiliation_display()),
    },
    "place": lambda profile: {"place": chips([profile.place]) if profile.place else []},
    "service_lines": lambda profile: {"service_lines": _chips(Profile.service_lines.through, profile)},
    "ask_about": lambda profile: {"ask_about": _chips(Profile.ask_about.through, profile)},
    "languages": lambda profile: {"languages": profile.language_names},
    "about": lambda profile: {"html": profile.html},
}

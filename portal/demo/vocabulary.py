"""Loads the glossary: schemes and concepts that are not there yet, so that what people changed since stays."""

from typing import Any

from django.utils import timezone

from portal.demo.people import JOINED_BEFORE
from portal.demo.reading import read_yaml, written_out
from taxonomy import history
from taxonomy.models import Concept, Scheme
from taxonomy.services import upsert_vocabulary


def load_vocabulary() -> int:
    """Load what is missing of all schemes and concepts at once. Returns how many concepts that was."""
    known = set(Concept.objects.values_list("slug", flat=True))
    missing = {slug: entries for slug in _schemes() if (entries := _entries(slug, known))}
    if not missing:
        return 0
    present = {scheme.slug: scheme for scheme in Scheme.objects.filter(slug__in=missing)}
    entries = [_as_it_is(present[slug]) if slug in present else entry for slug, entry in _schemes().items()]
    # The glossary was there before its members came and proposed changes to it.
    with history.acting(at=timezone.now() - JOINED_BEFORE):
        return int(upsert_vocabulary([entry for entry in entries if entry["slug"] in missing], missing).created)


def _schemes() -> dict[str, dict[str, Any]]:
    return {entry["slug"]: entry for entry in read_yaml("glossary/schemes.yaml")}


def _entries(scheme: str, known: set[str]) -> list[dict[str, Any]]:
    """The concepts of the scheme's file that are not `known`, each at its place in the whole file."""
    ordered = ({"order": order, **entry} for order, entry in enumerate(read_yaml(f"glossary/{scheme}.yaml")))
    return [
        {**entry, "source": written_out(entry["source"])} if entry.get("source") else entry
        for entry in ordered
        if entry["slug"] not in known
    ]


def _as_it_is(scheme: Scheme) -> dict[str, Any]:
    """A scheme that is there already, named so that nothing of it changes."""
    return {"slug": scheme.slug, "title": scheme.title, "description": scheme.description}

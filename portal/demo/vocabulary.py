"""Loads the glossary: schemes and concepts that are not there yet, so that what people changed since stays."""

from collections.abc import Iterator
from typing import Any

from portal.demo.reading import read_yaml
from taxonomy.models import Concept, Scheme
from taxonomy.services import upsert_concepts, upsert_scheme


def missing_schemes() -> Iterator[dict[str, Any]]:
    """The schemes of the data files that the database has not."""
    known = set(Scheme.objects.values_list("slug", flat=True))
    return (scheme for scheme in read_yaml("glossary/schemes.yaml") if scheme["slug"] not in known)


def load_vocabulary() -> int:
    """Load every scheme with its concepts. Returns how many concepts were missing."""
    for scheme in missing_schemes():
        upsert_scheme(
            slug=scheme["slug"],
            title=scheme["title"],
            description=scheme.get("description", ""),
            is_facet=scheme.get("facet", False),
            order=scheme.get("order", 0),
            status=scheme.get("status", "draft"),
        )
    known = set(Concept.objects.values_list("slug", flat=True))
    entries = [
        (scheme, [entry for entry in read_yaml(f"glossary/{scheme.slug}.yaml") if entry["slug"] not in known])
        for scheme in Scheme.objects.order_by("order")
        if (scheme.slug + ".yaml") in _files()
    ]
    made = 0
    for scheme, missing in entries:
        if missing:
            upsert_concepts(scheme, missing)
            made += len(missing)
    return made


def _files() -> set[str]:
    from portal.demo.reading import CONTENT

    return {path.name for path in (CONTENT / "glossary").glob("*.yaml")}

"""A small vocabulary and a small site, one of each kind of page, for tests that walk everything."""

from taxonomy.models import Concept, Scheme

CONCEPTS = {"level": ("federal", "local"), "service-line": ("hr", "fleet"), "topic": ("governance",)}


def make_concepts() -> list[Concept]:
    """Five concepts in three schemes, made once."""
    for order, (scheme_slug, slugs) in enumerate(CONCEPTS.items()):
        scheme, _ = Scheme.objects.get_or_create(
            slug=scheme_slug, defaults={"title": scheme_slug.title(), "is_facet": True, "order": order}
        )
        for slug in slugs:
            Concept.objects.get_or_create(slug=slug, defaults={"scheme": scheme, "title": slug.title()})
    return list(Concept.objects.filter(slug__in=[slug for slugs in CONCEPTS.values() for slug in slugs]))

"""Puts pages into the tree, once: what is there already, perhaps edited since, is left alone."""

from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page

from portal.core.models import BasePage
from taxonomy.models import Concept
from taxonomy.querysets import by_slug

P = TypeVar("P", bound=BasePage)


def missing(parent: Page, slug: str) -> bool:
    """Whether `parent` has no child at `slug` yet."""
    return not parent.get_children().filter(slug=slug).exists()


def plant(parent: Page, page: P, *, concepts: list[str] | None = None, days_ago: int = 0) -> P:
    """Add and publish `page` below `parent`, tagged with the concepts of these slugs, first published `days_ago`.

    Raises ValueError naming the page if its content does not fit, or if a concept does not exist.
    """
    page.first_published_at = timezone.now() - timedelta(days=days_ago)
    try:
        parent.add_child(instance=page)
        if concepts:
            page.concepts.set(_concepts(page, concepts))
        page.save_revision().publish()
    except ValidationError as error:
        raise ValueError(f"The page {page.slug} does not fit: {error}") from error
    return page


def _concepts(page: Any, slugs: list[str]) -> list[Concept]:
    found = by_slug(slugs)
    unknown = [slug for slug in slugs if slug not in found]
    if unknown:
        raise ValueError(f"The page {page.slug} names concepts that do not exist: {', '.join(unknown)}.")
    return list(dict.fromkeys(found[slug] for slug in slugs))


def page_at(path: str) -> Page | None:
    """The page at the site address `path` ("/cases/service-canada/"); None if there is none."""
    root = Page.objects.get(sites_rooted_here__is_default_site=True)
    return Page.objects.filter(url_path=root.url_path + path.lstrip("/")).first()

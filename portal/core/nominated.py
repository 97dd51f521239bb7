"""What was nominated on the boards and becomes a page: a draft first, which nobody but editors sees."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.coreutils import find_available_slug
from wagtail.models import Page

from portal.core import waiting
from portal.core.models import NominatedPage
from portal.core.nominating import Nomination
from portal.core.numbers import ids_in
from portal.core.references import Link
from portal.core.text import render_markdown
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer

# For titles of which no letter can stand in an address.
NAMELESS_SLUG = "nomination"


@transaction.atomic
def add_draft(parent_id: int, page: Any, nomination: Nomination) -> str:
    """Add `page`, which has a `body`, as a draft with the nominated text below a page. Returns its key.

    It has no owner, and nobody is said to have edited it: that would give rights in the admin to who put it forward,
    and take the answer from its author.
    """
    # Who nominates below the same page at the same moment waits here, for places in the tree and for slugs.
    parent = Page.objects.select_for_update().get(pk=parent_id)
    page.title = nomination.title
    page.slug = find_available_slug(parent, slugify(nomination.title, allow_unicode=True) or NAMELESS_SLUG)
    page.body = [("text", render_markdown(nomination.text))]
    page.live = False
    parent.add_child(instance=page)
    page.save_revision()
    NominatedPage.objects.create(page_id=page.pk)
    return str(page.pk)


def links(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The published pages among `keys` (ids as text) that the viewer may see: one query."""
    ids = ids_in(keys)
    found = Page.objects.filter(pk__in=ids, live=True, gate__audience_id__in=viewer.audiences)
    rows = found.values_list("pk", "title", "url_path")
    return {str(pk): Link(title, address_of(path), label=_("Published")) for pk, title, path in rows}


def for_editors(viewer: Viewer) -> Iterator[waiting.Line]:
    """How many nominations below each page were never published, with the way to its children: one query."""
    if not viewer.is_editor:
        return
    for pk, place, number in _waiting(viewer):
        sentence = ngettext(
            "%(place)s: %(number)s nomination from the boards waits for an editor.",
            "%(place)s: %(number)s nominations from the boards wait for an editor.",
            number,
        ) % {"place": place, "number": number}
        yield waiting.Line(sentence, reverse("wagtailadmin_explore", args=[pk]))


def _waiting(viewer: Viewer) -> Any:
    """(id, title, number of drafts below it) of the parents of what waits and the viewer may see."""
    path = OuterRef("page__path")
    parent = Page.objects.filter(path=Substr(path, 1, Length(path) - Page.steplen))
    drafts = NominatedPage.objects.filter(
        page__live=False, page__first_published_at=None, page__gate__audience_id__in=viewer.audiences
    )
    placed = drafts.annotate(parent=Subquery(parent.values("pk")), place=Subquery(parent.values("title")))
    return (
        placed.values("parent", "place")
        .annotate(number=Count("pk"))
        .order_by("place")
        .values_list("parent", "place", "number")
    )


waiting.register("nominations", for_editors, order=45)

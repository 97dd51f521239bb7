"""What the viewer has written and not published: it waits for its writer."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from portal.core import waiting
from portal.core.viewer import Viewer

MOST_SHOWN = 5


def own(viewer: Viewer) -> Iterator[waiting.Line]:
    """The newest pages whose last change is the viewer's own and not published: one query, for editors."""
    if not viewer.is_editor:
        return
    found = Page.objects.filter(
        has_unpublished_changes=True, latest_revision__user=viewer.user_id, gate__audience_id__in=viewer.audiences
    )
    newest = found.order_by("-latest_revision_created_at", "-pk").values_list("pk", "draft_title")
    for pk, title in newest[:MOST_SHOWN]:
        yield waiting.Line(
            _("“%s” has changes of yours that are not published.") % title,
            reverse("wagtailadmin_pages:edit", args=[pk]),
        )


def in_sections(paths: Sequence[str], viewer: Viewer) -> Mapping[str, int]:
    """How many pages below each path, and at it, have changes that are not published: one query."""
    names = {f"section_{place}": path for place, path in enumerate(paths)}
    found = Page.objects.filter(has_unpublished_changes=True, gate__audience_id__in=viewer.audiences)
    counted = found.aggregate(**{name: Count("pk", filter=Q(path__startswith=path)) for name, path in names.items()})
    return {path: counted[name] for name, path in names.items()}


def words(number: int) -> str:
    return ngettext("%(number)s draft", "%(number)s drafts", number) % {"number": number}


waiting.register("drafts", own, order=40)
waiting.register_in_sections("drafts", waiting.Counter(in_sections, words, "drafts", order=20))

"""How other rooms point at groups."""

from collections.abc import Iterable, Mapping

from portal.core import references
from portal.core.numbers import ids_in
from portal.core.references import Link
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from portal.groups.models import GroupPage


def groups(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The groups among `keys` (page ids as text) that `viewer` sees: one query."""
    ids = ids_in(keys)
    if not ids:
        return {}
    return {
        str(page.pk): Link(page.title, page_url(page)) for page in GroupPage.objects.visible(viewer).filter(pk__in=ids)
    }


references.register("group", groups)

"""Topics and boards can be followed."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from forums.models import BoardPage
from forums.references import topics
from portal.core.numbers import ids_in
from portal.core.references import Link
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from portal.notifications import watching


def boards(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The visible boards among `keys` (ids as text): one query."""
    ids = ids_in(keys)
    found = BoardPage.objects.visible(viewer).filter(pk__in=ids) if ids else []
    return {str(board.pk): Link(board.title, page_url(board)) for board in found}


watching.register("topic", topics, _("Topics"))
watching.register("board", boards, _("Boards"))

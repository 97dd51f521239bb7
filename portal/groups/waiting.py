"""What waits in the groups that somebody runs: requests to join, and what the other rooms count there."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import sections, waiting
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from portal.groups.models import Answer, WorkingGroup


def of_groups(groups: Iterable[WorkingGroup], viewer: Viewer) -> dict[int, list[waiting.Line]]:
    """What waits in each of the groups, with the place on its desk; each has its page. A fixed number of queries."""
    pages = {group.pk: group.page for group in groups}
    asked = WorkingGroup.objects.filter(pk__in=pages).annotate(
        asked=Count("requests", filter=Q(requests__answer=Answer.WAITING))
    )
    requests = dict(asked.values_list("pk", "asked")) if pages else {}
    counted = waiting.in_sections([page.path for page in pages.values()], viewer)
    return {
        pk: [
            waiting.Line(words, f"{page_url(page)}desk/#{anchor}")
            for words, anchor in (
                *([(_requests(requests[pk]), "requests")] if requests.get(pk) else []),
                *((found.words, found.anchor) for found in counted[page.path]),
            )
        ]
        for pk, page in pages.items()
    }


def _requests(number: int) -> str:
    return ngettext("%(number)s request to join", "%(number)s requests to join", number) % {"number": number}


def at_desks(viewer: Viewer) -> Iterator[waiting.Line]:
    """For leads and deputies: what waits in each of their groups, and the way to a desk where nothing does."""
    own = WorkingGroup.objects.filter(
        leads_group__in=viewer.group_ids, page__live=True, page__gate__audience_id__in=viewer.audiences
    )
    groups = list(own.select_related("page").order_by("page__title"))
    found = of_groups(groups, viewer)
    for group in groups:
        for line in found[group.pk]:
            yield waiting.Line(f"{group.page.title}: {line.sentence}", line.url)
        if not found[group.pk]:
            yield waiting.Line(_("%s: nothing waits at the desk") % group.page.title, f"{page_url(group.page)}desk/")


def run_by(viewer: Viewer) -> list[str]:
    """The tree paths of the groups that the viewer leads or is deputy of: one query."""
    own = WorkingGroup.objects.filter(leads_group__in=viewer.group_ids, page__gate__audience_id__in=viewer.audiences)
    return list(own.values_list("page__path", flat=True))


sections.register_running("groups", run_by)
waiting.register("groups", at_desks, order=10)

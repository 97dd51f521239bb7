"""What one hears of the vocabulary by the notifications: a term can be followed, for the questions about it, and a
digest names the new ones. Changes of a term's words are told by `taxonomy.letters`."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from portal.core.numbers import ids_in
from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.notifications import digests, querysets, watching
from portal.notifications.digests import MOST_LINKS, Period
from taxonomy.models import Concept, ConceptVersion, GlossaryPage, Status


def concepts(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The terms among `keys` (ids as text) for who sees the glossary: two queries."""
    ids = ids_in(keys)
    if not ids or not GlossaryPage.objects.visible(viewer).exists():
        return {}
    return {str(found.pk): Link(found.title, found.get_absolute_url()) for found in Concept.objects.filter(pk__in=ids)}


def followed(member_id: int) -> list[int]:
    return [int(key) for key in querysets.keys_watched(member_id, "concept")]


def new_terms(viewer: Viewer, period: Period, concept_ids: list[int]) -> list[Link]:
    """Agreed terms that were agreed on in the period, the latest first."""
    if not GlossaryPage.objects.visible(viewer).exists():
        return []
    came = ConceptVersion.objects.filter(at__gte=period.since, at__lt=period.until, concept__status=Status.AGREED)
    found: dict[int, Link] = {}
    for version in came.select_related("concept").order_by("-at", "-pk").iterator():
        if _is_agreement(version):
            found.setdefault(version.concept_id, Link(version.concept.title, version.concept.get_absolute_url()))
        if len(found) == MOST_LINKS:
            break
    return list(found.values())


def _is_agreement(version: ConceptVersion) -> bool:
    return any(change["field"] == "status" and change["after"] == Status.AGREED for change in version.changes)


watching.register("concept", concepts, _("Subjects"))
digests.register_concepts("followed", followed)
digests.register("terms", _("New terms"), new_terms, order=50)

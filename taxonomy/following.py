"""What one hears of the vocabulary by the notifications: a term can be followed, for the questions about it, and a
digest names the new ones. Changes of a term's words are told by `taxonomy.letters`."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.notifications import digests, querysets, watching
from portal.notifications.digests import MOST_LINKS, Period
from taxonomy.models import Concept, ConceptVersion, GlossaryPage, Status

# Keys come from text fields: what is longer than a database id is no key.
LONGEST_KEY = 18


def concepts(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The terms among `keys` (ids as text) for who sees the glossary: two queries."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY]
    if not ids or not GlossaryPage.objects.visible(viewer).exists():
        return {}
    return {str(found.pk): Link(found.title, found.get_absolute_url()) for found in Concept.objects.filter(pk__in=ids)}


def followed(member_id: int) -> list[int]:
    return [int(key) for key in querysets.keys_watched(member_id, "concept")]


def new_terms(viewer: Viewer, period: Period, concept_ids: list[int]) -> list[Link]:
    """Agreed terms whose first version was written in the period."""
    if not GlossaryPage.objects.visible(viewer).exists():
        return []
    first = ConceptVersion.objects.filter(number=1, at__gte=period.since, at__lt=period.until)
    agreed = first.filter(concept__status=Status.AGREED).select_related("concept").order_by("-at", "-pk")
    return [Link(found.concept.title, found.concept.get_absolute_url()) for found in agreed[:MOST_LINKS]]


watching.register("concept", concepts, _("Subjects"))
digests.register_concepts("followed", followed)
digests.register("terms", _("New terms"), new_terms, order=50)

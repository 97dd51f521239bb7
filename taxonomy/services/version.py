"""The version that every change bumps, and the signal by which other rooms learn of it."""

import uuid
from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone

from portal.core import pagecache
from taxonomy.models import Concept, VocabularyVersion
from taxonomy.signals import vocabulary_changed


def lock() -> None:
    """Let one writer of the vocabulary in at a time, so that two half-cycles cannot be committed beside each other."""
    list(VocabularyVersion.objects.select_for_update().filter(pk=1))


def announce(concept_ids: Iterable[int]) -> None:
    """A new version, stale pages, and the signal: once per change, inside its transaction."""
    changed = VocabularyVersion.objects.filter(pk=1).update(
        number=F("number") + 1, token=uuid.uuid4().hex, changed_at=timezone.now()
    )
    if not changed:
        VocabularyVersion.objects.create(pk=1, token=uuid.uuid4().hex)
    pagecache.bump()
    vocabulary_changed.send(sender=Concept, concept_ids=frozenset(concept_ids))

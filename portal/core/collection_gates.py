"""Keeps `CollectionGate` equal to what must hold for a file: every view restriction along its collection's ancestors,
and the gate of every page whose section owns one of them (docs/decisions/0007-files-behind-one-gate.md).
"""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Collection, CollectionViewRestriction, Page

from portal.core import pagecache
from portal.core.audiences import NO_GROUP, Condition, conditions_of, key_of
from portal.core.gates import Restrictions, condition_of
from portal.core.models import Audience, CollectionGate, PageGate
from portal.core.signals import audience_changed, files_audience_changed

NOBODY = (Condition(frozenset({NO_GROUP})),)


@transaction.atomic
def own_collection(collection: Collection, page: Page | None) -> bool:
    """Tie `collection` to the section that begins at `page`: its files, and those below it, are for those admitted to
    the page only. None unties it. False if it was so.
    """
    section = page.pk if page else None
    if CollectionGate.objects.filter(collection_id=collection.pk, section_id=section).exists():
        return False
    if not CollectionGate.objects.filter(collection_id=collection.pk).update(section_id=section):
        nobody = Audience.objects.get_or_create(key=key_of(NOBODY))[0]
        CollectionGate.objects.create(collection_id=collection.pk, audience=nobody, section_id=section)
    regate_below(collection.pk)
    return True


def conditions() -> Restrictions:
    """Every condition on files as (path of its collection, condition): four queries however many there are."""
    restrictions = CollectionViewRestriction.objects.select_related("collection").prefetch_related("groups")
    known = [(restriction.collection.path, condition_of(restriction)) for restriction in restrictions]
    owned = CollectionGate.objects.exclude(section_id=None).values_list("collection__path", "section_id")
    keys = dict(
        PageGate.objects.filter(page__in=[section for _, section in owned]).values_list("page_id", "audience__key")
    )
    for path, section in owned:
        of_page = conditions_of(keys[section]) if section in keys else NOBODY
        known += [(path, condition) for condition in of_page]
    return known


@transaction.atomic
def regate(collections: Iterable[tuple[int, str]]) -> list[int]:
    """Recompute the gates of `collections` (id, path). Returns the ids whose audience changed."""
    known = conditions()
    wanted = {
        pk: key_of(condition for prefix, condition in known if path.startswith(prefix)) for pk, path in collections
    }
    audiences = {key: Audience.objects.get_or_create(key=key)[0].pk for key in set(wanted.values())}
    current = dict(CollectionGate.objects.filter(collection_id__in=wanted).values_list("collection_id", "audience_id"))
    changed = [pk for pk, key in wanted.items() if current.get(pk) != audiences[key]]
    CollectionGate.objects.bulk_create(
        [CollectionGate(collection_id=pk, audience_id=audiences[wanted[pk]]) for pk in changed],
        update_conflicts=True,
        unique_fields=["collection"],
        update_fields=["audience"],
    )
    if changed:
        pagecache.bump()
        files_audience_changed.send(sender=CollectionGate, collections=changed)
    return changed


def regate_below(*collection_ids: int) -> list[int]:
    """Recompute the gates of the collections and of all below them."""
    paths = Collection.objects.filter(pk__in=collection_ids).values_list("path", flat=True)
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    return regate(Collection.objects.filter(below).values_list("pk", "path"))


def regate_all() -> list[int]:
    """Recompute the gates of all collections, for the nightly reconcile."""
    return regate(Collection.objects.values_list("pk", "path"))


@receiver(audience_changed, dispatch_uid="core.gate_collections_of_sections")
def gate_collections_of_sections(sender: type, pages: list[int], **kwargs: Any) -> None:
    """When a section's page opens or closes, its files do too."""
    owned = CollectionGate.objects.filter(section_id__in=pages).values_list("collection_id", flat=True)
    if owned:
        regate_below(*owned)


@receiver(post_delete, sender=Page, dispatch_uid="core.gate_collections_of_deleted_section")
def gate_collections_of_deleted_section(sender: type, instance: Page, **kwargs: Any) -> None:
    """The files of a section that is deleted are seen by nobody until they are put elsewhere."""
    gate_collections_of_sections(sender, [instance.pk])


@receiver(post_save, sender=Collection, dispatch_uid="core.gate_collection")
def gate_collection(sender: type, instance: Collection, raw: bool = False, **kwargs: Any) -> None:
    """A new collection gets its gate with its row."""
    if not raw and not CollectionGate.objects.filter(collection_id=instance.pk).exists():
        regate([(instance.pk, instance.path)])


@receiver(post_delete, sender=Collection, dispatch_uid="core.ungate_deleted_collection")
def ungate_deleted_collection(sender: type, instance: Collection, **kwargs: Any) -> None:
    """Its restrictions go with it, and each that goes has the gate made again."""
    CollectionGate.objects.filter(collection_id=instance.pk).delete()


@receiver(post_save, sender=CollectionViewRestriction, dispatch_uid="core.gate_collection_restriction_saved")
@receiver(post_delete, sender=CollectionViewRestriction, dispatch_uid="core.gate_collection_restriction_deleted")
def gate_restriction(sender: type, instance: CollectionViewRestriction, **kwargs: Any) -> None:
    """A restriction set, changed or lifted re-gates the collections below."""
    regate_below(instance.collection_id)


@receiver(
    m2m_changed, sender=CollectionViewRestriction.groups.through, dispatch_uid="core.gate_collection_restriction_groups"
)
def gate_restriction_groups(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    """The groups of a restriction are written after the restriction itself."""
    if action in {"post_add", "post_remove", "post_clear"} and isinstance(instance, CollectionViewRestriction):
        regate_below(instance.collection_id)


def follow_moves() -> None:
    """Wrap `Collection.move`: treebeard moves by SQL and sends no signal, so nothing else could tell.

    Called once, when the app is ready.
    """
    move = Collection.move

    @wraps(move)
    @transaction.atomic
    def move_and_regate(self: Collection, target: Collection, pos: str | None = None) -> None:
        move(self, target, pos)
        regate_below(self.pk)

    Collection.move = move_and_regate

"""Keeps what hangs on a working group equal to it when something else changes: its page, or the user groups."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page
from wagtail.signals import post_page_move

from portal.accounts.models import User
from portal.core import pagecache
from portal.groups import rights, services
from portal.groups.models import GroupPage, Membership, WorkingGroup


@receiver(post_save, sender=GroupPage, dispatch_uid="groups.found")
def found_with_the_page(sender: type, instance: GroupPage, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Whoever makes the page, in the admin, by copying or by a loader: its group is private from the first moment."""
    if created and not raw:
        services.found(instance)


@receiver(post_delete, sender=WorkingGroup, dispatch_uid="groups.deleted")
def dissolve(sender: type, instance: WorkingGroup, **kwargs: Any) -> None:
    """With its page a group's user groups and permissions go. Its collection goes if it holds nothing.

    Files that are there are kept, and seen by nobody but administrators until these have put them elsewhere: a
    collection whose section is gone admits nobody (`portal.core.collection_gates`).
    """
    for group in (instance.members_group, instance.leads_group):
        group.delete()
    collection = Collection.objects.filter(pk=instance.collection_id).first()
    if collection is not None and not _holds_anything(collection):
        collection.delete()


def _holds_anything(collection: Collection) -> bool:
    files = (get_document_model().objects, get_image_model().objects)
    return collection.numchild > 0 or any(found.filter(collection=collection).exists() for found in files)


@receiver(post_page_move, dispatch_uid="groups.moved")
def move_collections_with_pages(sender: type, instance: Page, **kwargs: Any) -> None:
    """A group's collection stands below that of the group around it, whose leads may use it."""
    moved = WorkingGroup.objects.filter(page__path__startswith=instance.path).select_related("page")
    for group in moved.order_by("page__depth"):
        rights.rehome(group)


@receiver(post_delete, sender=Membership, dispatch_uid="groups.membership_deleted")
def count_members_anew(sender: type, instance: Membership, **kwargs: Any) -> None:
    """Also when an account is deleted, the number of members on stored pages is another."""
    pagecache.bump()


@receiver(m2m_changed, sender=User.groups.through, dispatch_uid="groups.user_groups_changed")
def follow_memberships(sender: type, instance: Any, action: str, reverse: bool, pk_set: Any, **kwargs: Any) -> None:
    """Who is put into a group's user group by hand, or taken out of it, is not so made a member, or no more one."""
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    groups = WorkingGroup.objects.all()
    if reverse:
        rights.follow(groups.filter(Q(members_group=instance) | Q(leads_group=instance)), pk_set)
        return
    if pk_set is not None:
        groups = groups.filter(Q(members_group__in=pk_set) | Q(leads_group__in=pk_set))
    rights.follow(groups, [instance.pk])

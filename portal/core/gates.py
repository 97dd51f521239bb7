"""Keeps `PageGate` equal to what Wagtail's view restrictions say along the tree."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import BaseViewRestriction, Page, PageViewRestriction
from wagtail.signals import page_unpublished, post_page_move

from portal.core.audiences import NO_GROUP, Condition, key_of
from portal.core.models import Audience, PageGate
from portal.core.signals import audience_changed, content_changed

Restrictions = list[tuple[str, Condition]]


# For so many pages at most it pays to read the restrictions above them only.
FEW = 50


def restrictions(paths: Collection[str]) -> Restrictions:
    """The view restrictions that matter to pages at `paths`, perhaps with others, as (path of its page, condition): two
    queries however many there are."""
    found = PageViewRestriction.objects.select_related("page").prefetch_related("groups")
    if len(paths) <= FEW:
        above = {path[:end] for path in paths for end in range(Page.steplen, len(path) + 1, Page.steplen)}
        found = found.filter(page__path__in=above)
    return [(restriction.page.path, condition_of(restriction)) for restriction in found]


def condition_of(restriction: BaseViewRestriction) -> Condition:
    """What a restriction of a page or a collection asks for.

    One that was once for groups keeps them when it becomes one by password: only its type counts.
    """
    if restriction.restriction_type == BaseViewRestriction.LOGIN:
        return Condition()
    named = (
        frozenset(group.pk for group in restriction.groups.all())
        if restriction.restriction_type == BaseViewRestriction.GROUPS
        else frozenset[int]()
    )
    return Condition(named or frozenset({NO_GROUP}))


def audience_key(path: str, known: Restrictions) -> str:
    """The key of the audience of the page at treebeard `path`: the conditions of all its ancestors and its own."""
    return key_of(condition for prefix, condition in known if path.startswith(prefix))


@transaction.atomic
def regate(pages: Iterable[tuple[int, str]]) -> list[int]:
    """Recompute the gates of `pages` (id, path) and tell the rooms above. Returns the ids whose audience changed."""
    paths = dict(pages)
    known = restrictions(paths.values())
    wanted = {pk: audience_key(path, known) for pk, path in paths.items()}
    audiences = {key: Audience.objects.get_or_create(key=key)[0].pk for key in set(wanted.values())}
    current = dict(PageGate.objects.filter(page_id__in=wanted).values_list("page_id", "audience_id"))
    changed = [pk for pk, key in wanted.items() if current.get(pk) != audiences[key]]
    PageGate.objects.bulk_create(
        [PageGate(page_id=pk, audience_id=audiences[wanted[pk]]) for pk in changed],
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=["audience"],
    )
    if changed:
        audience_changed.send(sender=PageGate, pages=changed)
    return changed


def regate_tree(page: Page) -> list[int]:
    """Recompute the gates of `page` and everything below it."""
    return regate(Page.objects.descendant_of(page, inclusive=True).values_list("pk", "path"))


def regate_all() -> list[int]:
    """Recompute every gate, for the loader and the nightly reconcile."""
    return regate(Page.objects.values_list("pk", "path").iterator())


def _ungated(instance: Page) -> Iterator[tuple[int, str]]:
    if not PageGate.objects.filter(page_id=instance.pk).exists():
        yield instance.pk, instance.path


@receiver(post_save, dispatch_uid="core.gate_new_page")
def gate_new_page(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A new page of any class gets its gate with its row; without one nobody would see it."""
    if isinstance(instance, Page) and not raw:
        regate(_ungated(instance))


@receiver(page_unpublished, dispatch_uid="core.tell_of_unpublished_page")
def tell_of_unpublished_page(sender: type, instance: Page, **kwargs: Any) -> None:
    """Expiry takes pages down as plain pages, past `BasePage.save`: the rooms above hear of it here."""
    content_changed.send(sender=type(instance), instance=instance)


@receiver(post_page_move, dispatch_uid="core.gate_moved_page")
def gate_moved_page(sender: type, instance: Page, **kwargs: Any) -> None:
    """A page moved under a private one becomes private with all that hangs on it."""
    regate_tree(instance)


@receiver(post_delete, sender=Page, dispatch_uid="core.ungate_deleted_page")
def ungate_deleted_page(sender: type, instance: Page, **kwargs: Any) -> None:
    """Its restrictions go with it, and each that goes has the gate made again, which would fail the commit."""
    PageGate.objects.filter(page_id=instance.pk).delete()


@receiver(post_save, sender=PageViewRestriction, dispatch_uid="core.gate_restriction_saved")
@receiver(post_delete, sender=PageViewRestriction, dispatch_uid="core.gate_restriction_deleted")
def gate_restriction(sender: type, instance: PageViewRestriction, **kwargs: Any) -> None:
    """A restriction set, changed or lifted re-gates the subtree."""
    regate_tree(instance.page)


@receiver(m2m_changed, sender=PageViewRestriction.groups.through, dispatch_uid="core.gate_restriction_groups")
def gate_restriction_groups(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    """The groups of a restriction are written after the restriction itself."""
    if action in {"post_add", "post_remove", "post_clear"} and isinstance(instance, PageViewRestriction):
        regate_tree(instance.page)

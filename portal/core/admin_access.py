"""Who may do what with pages, files and collections in the admin: Wagtail's permissions, behind the gates."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from wagtail.models import Collection, Page, PagePermissionTester
from wagtail.permission_policies.collections import (
    CollectionManagementPermissionPolicy,
    CollectionOwnershipPermissionPolicy,
)
from wagtail.permission_policies.pages import PagePermissionPolicy

from portal.core.models import CollectionGate, PageGate
from portal.core.viewer import Role, Viewer, viewer_for

if TYPE_CHECKING:
    from portal.accounts.models import User


def admin_viewer(user: "User") -> Viewer:
    """The viewer that `user` is, kept with the user object as Wagtail keeps its permissions: for one request."""
    kept: Viewer | None = getattr(user, "_admin_viewer", None)
    if kept is None:
        kept = viewer_for(user)
        user._admin_viewer = kept  # type: ignore[attr-defined]
    return kept


def admitted_pages(viewer: Viewer) -> "QuerySet[PageGate, Any]":
    """Ids of the pages whose gate admits `viewer`, as a subquery."""
    return PageGate.objects.filter(audience_id__in=viewer.audiences).values("page_id")


def admitted_collections(viewer: Viewer) -> "QuerySet[CollectionGate, Any]":
    """Ids of the collections whose gate admits `viewer`, as a subquery."""
    return CollectionGate.objects.filter(audience_id__in=viewer.audiences).values("collection_id")


def admits_page(user: "User", page: Page) -> bool:
    """Whether the gate of `page` admits `user`. A page that is not saved yet is its author's own."""
    if user.is_superuser or page.pk is None:
        return True
    return admitted_pages(admin_viewer(user)).filter(page=page.pk).exists()


def admits_collection(user: "User", collection_id: int | None) -> bool:
    """Whether the gate of the collection admits `user`."""
    if user.is_superuser:
        return True
    return admitted_collections(admin_viewer(user)).filter(collection=collection_id).exists()


class SectionPermissionTester(PagePermissionTester):
    """Wagtail's tester behind the gate: where that does not admit, every `can_…` says no, those to come included.

    Nobody but an administrator sets view restrictions. What takes a whole subtree along (delete, move, copy,
    unpublish) needs a subtree without anything hidden, and never begins at the root of a section
    (`is_section_root`), which is made and ended by the room that it belongs to.
    """

    def __init__(self, user: "User", page: Page) -> None:
        super().__init__(user, page)
        self.admitted = admits_page(user, page)
        self.is_administrator = user.is_superuser or Role.ADMINISTRATOR in admin_viewer(user).roles
        if not self.admitted:
            self.permissions: set[str] = set()

    def may_take_along(self) -> bool:
        """Whether acts on the whole subtree are open to the user, as far as the portal is concerned."""
        if self.is_administrator:
            return True
        if getattr(self.page.specific_class, "is_section_root", False):
            return False
        below = Page._base_manager.filter(path__startswith=self.page.path)
        return not below.exclude(pk__in=admitted_pages(admin_viewer(self.user))).exists()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.may_take_along() and super().can_delete(ignore_bulk)

    def can_copy(self) -> bool:
        return self.may_take_along() and super().can_copy()

    def can_unpublish(self) -> bool:
        return self.may_take_along() and super().can_unpublish()

    def can_set_view_restrictions(self) -> bool:
        return self.is_administrator and super().can_set_view_restrictions()

    def can_view_revisions(self) -> bool:
        """Who has no part in a page reads it, and not how it came about."""
        has_part = self.is_administrator or bool(self.permissions) or self.can_edit()
        return has_part and super().can_view_revisions()


def _behind_the_gate(name: str) -> Callable[..., bool]:
    ask: Callable[..., bool] = getattr(SectionPermissionTester, name)

    @wraps(ask)
    def asked(self: SectionPermissionTester, *args: Any, **kwargs: Any) -> bool:
        return self.admitted and ask(self, *args, **kwargs)

    return asked


for _name in dir(SectionPermissionTester):
    if _name.startswith("can_"):
        setattr(SectionPermissionTester, _name, _behind_the_gate(_name))


class SectionPagePolicy(PagePermissionPolicy):
    """Wagtail's policy for pages behind the gate."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Page) -> bool:
        return admits_page(user, instance) and super().user_has_any_permission_for_instance(user, actions, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        return self._admitted(user, super().instances_user_has_any_permission_for(user, actions))

    def explorable_instances(self, user: Any) -> Any:
        if not user.is_superuser and not self.get_cached_permissions_for_user(user):
            return self.model._default_manager.none()
        return self._admitted(user, super().explorable_instances(user))

    def _admitted(self, user: Any, pages: Any) -> Any:
        return pages if user.is_superuser else pages.filter(pk__in=admitted_pages(admin_viewer(user)))


class GatedCollections:
    """Before a policy for things in collections."""

    def collections_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        found = super().collections_user_has_any_permission_for(user, actions)  # type: ignore[misc]
        return found if user.is_superuser else found.filter(pk__in=admitted_collections(admin_viewer(user)))


class GatedFilePolicy(GatedCollections, CollectionOwnershipPermissionPolicy):
    """Wagtail's policy for documents and images behind the gates of their collections."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        admitted = admits_collection(user, instance.collection_id)
        return admitted and super().user_has_any_permission_for_instance(user, actions, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        found = super().instances_user_has_any_permission_for(user, actions)
        return found if user.is_superuser else found.filter(collection__in=admitted_collections(admin_viewer(user)))


class GatedCollectionPolicy(GatedCollections, CollectionManagementPermissionPolicy):
    """Wagtail's policy for collections themselves behind their gates."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Model) -> bool:
        return admits_collection(user, instance.pk) and super().user_has_any_permission_for_instance(
            user, actions, instance
        )

    def instances_user_has_permission_for(self, user: Any, action: str) -> Any:
        found = super().instances_user_has_permission_for(user, action)
        return found if user.is_superuser else found.filter(pk__in=admitted_collections(admin_viewer(user)))


def register_policies() -> None:
    """Called when the app is ready: ours stand for exactly these classes, whenever Wagtail registers its own."""
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model
    from wagtail.permissions import register_permission_policy

    register_permission_policy(Page, SectionPagePolicy(Page))
    register_permission_policy(Collection, GatedCollectionPolicy(Collection), exact_class=True)
    for model in (get_document_model(), get_image_model()):
        policy = GatedFilePolicy(model, auth_model=model, owner_field_name="uploaded_by_user")
        register_permission_policy(model, policy, exact_class=True)

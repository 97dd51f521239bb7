"""In the admin, what the reader may not see is not there (docs/decisions/0008-admin-narrowing.md).

Wagtail's admin has dozens of lists, choosers, panels and reports, each with a query of its own, and a new version may
bring more. So the narrowing stands where all of them begin: while somebody who is no administrator reads in the admin,
the managers of pages, files and what is kept about them answer with what that person's gates admit. Writes see the
whole tree, because treebeard must; for them `check_address` looks at what the address names, and the permissions of
`portal.core.admin_access` decide.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, Manager, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest
from taggit.models import Tag, TaggedItem
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, ModelLogEntry, Page, PageLogEntry, Revision, TaskState, WorkflowState
from wagtail.models.pages import BasePageManager
from wagtail.permissions import policy_registry

from portal.core.admin_access import admin_viewer, admitted_collections
from portal.core.models import PageGate
from portal.core.sight import Sight, current, narrowed_to
from portal.core.viewer import Role

Rule = Callable[[Any, Sight], Any]

# What an address of the admin may name.
PAGE_KWARGS = {"page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk"}
# Visibility is changed by administrators, and in the settings of a working group. The report counts all pages.
FOR_ADMINISTRATORS = {
    "wagtailadmin_pages:set_privacy",
    "wagtailadmin_collections:set_privacy",
    "wagtailadmin_reports:page_types_usage",
    "wagtailadmin_reports:page_types_usage_results",
}


def sight_of(user: Any) -> Sight | None:
    """What `user` sees in the admin; None is everything."""
    if user.is_superuser:
        return None
    permissions = policy_registry.get_by_type(Page).get_cached_permissions_for_user(user)
    return Sight(admin_viewer(user), tuple(sorted({permission.page.path for permission in permissions})))


def pages(sight: Sight) -> "QuerySet[PageGate, Any]":
    """Ids of the pages in sight: admitted by the gate, and published or in one of the own sections.

    What is above either is in sight too, or the way to it would be broken.
    """
    shown = Q(page__live=True) | Q(page__depth=1)
    for path in sight.sections:
        above = [path[:end] for end in range(Page.steplen, len(path), Page.steplen)]
        shown |= Q(page__path__startswith=path) | Q(page__path__in=above)
    live_below = Page._base_manager.filter(live=True, path__startswith=OuterRef("page__path"))
    gates = PageGate.objects.filter(audience_id__in=sight.viewer.audiences)
    return gates.filter(shown | Exists(live_below)).values("page_id")


def _keys(ids: Any, name: str) -> Any:
    """Ids as the texts in which generic relations keep them."""
    return ids.annotate(as_text=Cast(name, CharField())).values("as_text")


def _narrow_pages(found: Any, sight: Sight) -> Any:
    return found.filter(pk__in=pages(sight))


def _narrow_files(found: Any, sight: Sight) -> Any:
    return found.filter(collection__in=admitted_collections(sight.viewer))


def _narrow_collections(found: Any, sight: Sight) -> Any:
    return found.filter(pk__in=admitted_collections(sight.viewer))


def _narrow_page_log(found: Any, sight: Sight) -> Any:
    """What was deleted has no gate any more, and is not in sight."""
    return found.filter(page__in=pages(sight))


def _narrow_generic(prefix: str = "") -> Rule:
    """For rows that point to pages among other things."""

    def narrow(found: Any, sight: Sight) -> Any:
        of_pages = Q(**{f"{prefix}base_content_type": ContentType.objects.get_for_model(Page)})
        in_sight = Q(**{f"{prefix}object_id__in": _keys(pages(sight), "page_id")})
        return found.filter(~of_pages | in_sight)

    return narrow


def _narrow_model_log(found: Any, sight: Sight) -> Any:
    """Entries carry the title of what they are about: they are in sight with it, and gone when it is deleted."""
    seen: list[Any] = [_narrow_collections(Collection.objects.all(), sight)]
    seen += [_narrow_files(model._default_manager.all(), sight) for model in (get_document_model(), get_image_model())]
    seen += [model._default_manager.all().visible(sight.viewer) for model in _models_with_an_audience()]
    hidden = Q()
    for things in seen:
        about = Q(content_type=ContentType.objects.get_for_model(things.model))
        hidden |= about & ~Q(object_id__in=_keys(things.order_by(), "pk"))
    return found.exclude(hidden)


def _narrow_tags(found: Any, sight: Sight) -> Any:
    """Those that something in sight carries. The words by which others sort their files may tell as much as titles."""
    if found.model is not Tag:
        return found
    carried = Q()
    for model in (get_document_model(), get_image_model()):
        seen = model._default_manager.filter(collection__in=admitted_collections(sight.viewer))
        carried |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=seen.values("pk"))
    return found.filter(pk__in=TaggedItem.objects.filter(carried).values("tag_id"))


def _models_with_an_audience() -> "Iterable[type[Any]]":
    """Models that are no pages and whose queryset has `visible(viewer)`."""
    return [
        model
        for model in apps.get_models()
        if not issubclass(model, Page) and hasattr(model._default_manager.all(), "visible")
    ]


def _wrap(manager: type[Manager[Any]], rule: Rule) -> None:
    plain = manager.get_queryset

    @wraps(plain)
    def get_queryset(self: Any) -> Any:
        found, sight = plain(self), current()
        if sight is None:
            return found
        # The rule's own reads begin from managers too.
        with narrowed_to(None):
            return rule(found, sight)

    manager.get_queryset = get_queryset  # type: ignore[method-assign]


def _wrap_bulk_actions() -> None:
    """A bulk action lists by title what its user may not touch. What they may not see is left out."""
    plain = PageBulkAction.get_actionable_objects

    @wraps(plain)
    def get_actionable_objects(self: PageBulkAction) -> Any:
        objects, others = plain(self)
        sight = sight_of(self.request.user)
        if sight is not None:
            ids = [page.pk for page in others["items_with_no_access"]]
            seen = set(pages(sight).filter(page__in=ids).values_list("page_id", flat=True))
            others["items_with_no_access"] = [page for page in others["items_with_no_access"] if page.pk in seen]
        return objects, others

    PageBulkAction.get_actionable_objects = get_actionable_objects


def narrow_the_admin() -> None:
    """Wrap the managers. Called once, when the app is ready."""
    _wrap(BasePageManager, _narrow_pages)
    _wrap(type(Collection.objects), _narrow_collections)
    for model in (get_document_model(), get_image_model()):
        _wrap(type(model._default_manager), _narrow_files)
    _wrap(type(PageLogEntry.objects), _narrow_page_log)
    _wrap(type(ModelLogEntry.objects), _narrow_model_log)
    _wrap(type(WorkflowState.objects), _narrow_generic())
    _wrap(type(TaskState.objects), _narrow_generic("workflow_state__"))
    _wrap(type(Revision.objects), _narrow_generic())
    _wrap(type(Tag.objects), _narrow_tags)
    _wrap_bulk_actions()


def check_address(request: HttpRequest) -> None:
    """Raises Http404 if the address names a page out of the user's sight, or what only administrators do."""
    match = request.resolver_match
    sight = sight_of(request.user)
    if match is None or sight is None:
        return
    if match.view_name in FOR_ADMINISTRATORS and Role.ADMINISTRATOR not in sight.viewer.roles:
        raise Http404
    wanted = {int(value) for name, value in match.kwargs.items() if name in PAGE_KWARGS and value is not None}
    if match.namespace == "wagtailadmin_pages" and "pk" in match.kwargs:
        wanted.add(int(match.kwargs["pk"]))
    if match.url_name == "wagtail_bulk_action" and match.kwargs.get("model_name") == "page":
        wanted |= {int(pk) for pk in (*request.GET.getlist("id"), request.GET.get("childOf") or "") if pk.isdecimal()}
    if wanted and pages(sight).filter(page__in=wanted).count() < len(wanted):
        raise Http404

"""Working groups in the admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Collection, Page

from portal.groups import log, rights
from portal.groups.models import WorkingGroup


@hooks.register("after_copy_page")
def give_a_copy_its_own_restriction(request: HttpRequest, page: Page, new_page: Page) -> None:
    """Wagtail copies the view restriction of a group's page too, which names the members of the original."""
    for group in WorkingGroup.objects.filter(page__path__startswith=new_page.path).select_related("page"):
        rights.restrict(group)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, formatter in log.FORMATTERS.items():
        actions.register_action(action)(formatter)


@hooks.register("describe_collection_contents")
def say_whose_collection_it_is(collection: Collection) -> dict[str, Any] | None:
    """A group's own collection cannot be deleted while the group is there."""
    group = WorkingGroup.objects.filter(collection=collection.pk).select_related("page").first()
    if group is None:
        return None
    return {
        "count": 1,
        "count_text": _("the working group “%s”") % group.page.title,
        "url": reverse("wagtailadmin_pages:edit", args=[group.pk]),
    }

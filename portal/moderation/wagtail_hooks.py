"""Listed words and links, and the versions of the guidelines, in the admin: for moderators and administrators."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from portal.core.admin_access import admin_viewer
from portal.moderation.models import Filter, Guidelines


class ForModerators(ModelPermissionPolicy):
    """Moderators may do all that is named, by their role: no permission has to be granted."""

    def __init__(self, model: type[Model], *actions: str) -> None:
        super().__init__(model)
        self.actions = {*actions, "view"}

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and admin_viewer(user).is_moderator

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        return self.user_has_any_permission(user, actions)


register_permission_policy(Filter, ForModerators(Filter, "add", "change", "delete"))
# What members have accepted is never changed: a new version is a new row.
register_permission_policy(Guidelines, ForModerators(Guidelines, "add"))


class FilterViewSet(ModelViewSet):
    """Words and sites that posts may not have, or that let them wait."""

    model = Filter
    icon = "warning"
    menu_label = gettext_lazy("Listed words and links")
    add_to_admin_menu = False
    copy_view_enabled = False
    list_filter = ("what", "then")
    search_fields = ("pattern",)
    search_backend_name = None
    list_display = (
        TitleColumn("pattern", label=gettext_lazy("Word or site"), url_name="moderation-filters:edit"),
        Column("get_what_display", label=gettext_lazy("What")),
        Column("get_then_display", label=gettext_lazy("Then")),
        Column("note", label=gettext_lazy("Note")),
    )
    edit_handler = ObjectList([FieldPanel("what"), FieldPanel("pattern"), FieldPanel("then"), FieldPanel("note")])


class GuidelinesViewSet(ModelViewSet):
    """Versions of the guidelines, the one in force first."""

    model = Guidelines
    icon = "clipboard-list"
    menu_label = gettext_lazy("Guidelines")
    add_to_admin_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ("published_at", "news", "must_accept", "text")
    list_display = (
        Column("news", label=gettext_lazy("What is new")),
        DateColumn("published_at", label=gettext_lazy("In force since")),
    )
    edit_handler = ObjectList([FieldPanel("text"), FieldPanel("news"), FieldPanel("must_accept")])


class ModerationViewSets(ModelViewSetGroup):
    """The menu entry; the queue itself stands on the portal (/moderation/)."""

    menu_label = gettext_lazy("Moderation")
    menu_icon = "warning"
    menu_order = 260
    items = (
        FilterViewSet("moderation-filters", url_prefix="moderation/filters"),
        GuidelinesViewSet("moderation-guidelines", url_prefix="moderation/guidelines"),
    )


@hooks.register("register_admin_viewset")
def register_moderation() -> ModerationViewSets:
    return ModerationViewSets()

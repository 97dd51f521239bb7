"""The forums in the admin: boards keep their topics, and moderators find topics and posts in two lists. What they do
about them they do on the portal, with a reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.usage import UsageView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from forums.models import Post, Topic, shown_name
from portal.core.viewer import viewer_for, viewer_of


class ModerationPolicy(ModelPermissionPolicy):
    """Nobody makes or deletes members' words in the admin: they are written on the boards, and hidden if they must go.

    What stands on a board that the moderator may not see is out of reach here too.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        seen = self.model.objects.visible(viewer_for(user)).filter(pk=instance.pk)
        return self.user_has_any_permission(user, actions) and seen.exists()


register_permission_policy(Topic, ModerationPolicy(Topic))
register_permission_policy(Post, ModerationPolicy(Post))


class VisibleOnly(generic.IndexView):
    """The list, narrowed to what the moderator may see on the boards."""

    def get_base_queryset(self) -> Any:
        return self.model.objects.visible(viewer_of(self.request))


class VisibleObject:
    """For every view of one topic or post: what the moderator may not see is missing."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not type(found).objects.visible(viewer_of(self.request)).filter(pk=found.pk).exists():  # type: ignore[attr-defined]
            raise Http404
        return found


class InModeration(VisibleObject):
    """Leads to where moderators act with a reason, and read what was done: acts and trail stand in one place."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found: Topic | Post = self.get_object()
        return redirect("moderation_thing", kind=found._meta.model_name, key=str(found.pk))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request)


class EditElsewhere(InModeration, generic.EditView):
    """What the title in the list leads to."""


class HistoryElsewhere(InModeration, HistoryView):
    """What was done with it."""


class VisibleUsage(VisibleObject, UsageView):
    """Where it is referred to."""


def shown_author(written: Topic | Post) -> str:
    """The author's name, unless it is withheld: who looks it up does so on the topic's page, where it is recorded."""
    return shown_name(str(written.author or ""), withheld=written.withheld)


class TopicViewSet(ModelViewSet):
    """Topics, newest activity first."""

    model = Topic
    icon = "comment"
    menu_label = gettext_lazy("Topics")
    menu_name = "forum-topics"
    ordering = ("-last_post_at", "-pk")
    copy_view_enabled = False
    add_to_admin_menu = False
    index_view_class = VisibleOnly
    edit_view_class = EditElsewhere
    history_view_class = HistoryElsewhere
    usage_view_class = VisibleUsage
    search_fields = ("title",)
    search_backend_name = None
    list_filter = ("hidden", "locked", "pinned")
    list_display = (
        TitleColumn("title", label=gettext_lazy("Title"), url_name="forums-topics:edit"),
        Column("board", label=gettext_lazy("Board")),
        Column("author", label=gettext_lazy("Asked by"), accessor=shown_author),
        Column("reply_count", label=gettext_lazy("Answers")),
        BooleanColumn("hidden", label=gettext_lazy("Hidden")),
        DateColumn("last_post_at", label=gettext_lazy("Last post")),
    )
    # Nothing of it is changed here.
    form_fields = ()


class PostViewSet(ModelViewSet):
    """Posts, newest first."""

    model = Post
    icon = "openquote"
    menu_label = gettext_lazy("Posts")
    menu_name = "forum-posts"
    ordering = ("-created_at", "-pk")
    copy_view_enabled = False
    add_to_admin_menu = False
    index_view_class = VisibleOnly
    edit_view_class = EditElsewhere
    history_view_class = HistoryElsewhere
    usage_view_class = VisibleUsage
    search_fields = ("body",)
    search_backend_name = None
    list_filter = ("hidden",)
    list_display = (
        TitleColumn("topic", label=gettext_lazy("Topic"), url_name="forums-posts:edit"),
        Column("position", label=gettext_lazy("Position")),
        Column("author", label=gettext_lazy("Author"), accessor=shown_author),
        BooleanColumn("hidden", label=gettext_lazy("Hidden")),
        DateColumn("created_at", label=gettext_lazy("Written")),
    )
    # Nothing of it is changed here.
    form_fields = ()


class ForumViewSets(ModelViewSetGroup):
    """The menu entry; Wagtail shows it to those who may open one of its lists."""

    menu_label = gettext_lazy("Forums")
    menu_icon = "group"
    menu_order = 250
    items = (
        TopicViewSet("forums-topics", url_prefix="forums/topics"),
        PostViewSet("forums-posts", url_prefix="forums/posts"),
    )


@hooks.register("register_admin_viewset")
def register_forums() -> ForumViewSets:
    return ForumViewSets()


@hooks.register("before_delete_page")
def keep_members_words(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A board with topics cannot be deleted, nor what is above it: the words on it are its members'."""
    topics = Topic.objects.filter(board__path__startswith=page.path).count()
    if not topics:
        return None
    messages.error(
        request,
        _("Members have written here (topics: %(number)d). Unpublish the page, or move its topics first.")
        % {"number": topics},
    )
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))

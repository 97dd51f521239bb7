"""The vocabulary in Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.views.generic import DeleteView, IndexView
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from taxonomy import history, rich_text, services  # noqa: F401  (rich_text registers the editor's button)
from taxonomy.forms import ConceptForm, SchemeForm
from taxonomy.models import Concept, Scheme
from taxonomy.rules import VocabularyError
from taxonomy.stewarding.doors import may_read


class ConceptIndexView(IndexView):
    """A term stands in the list once, however many of its labels match."""

    def search_queryset(self, queryset: Any) -> Any:
        return super().search_queryset(queryset).distinct()


class VocabularyDeleteView(DeleteView):
    """Deletes through the services, and says why not."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except VocabularyError as error:
            messages.error(self.request, error.messages[0])
            return redirect(self.get_success_url())


class ConceptDeleteView(VocabularyDeleteView):
    def delete_action(self) -> None:
        with history.acting(by_id=self.request.user.pk):
            services.delete_concept(self.object)


class SchemeDeleteView(VocabularyDeleteView):
    def delete_action(self) -> None:
        services.delete_scheme(self.object)


class ConceptViewSet(ModelViewSet):
    """Terms: found by any of their labels, narrowed by scheme and status."""

    model = Concept
    icon = "tag"
    menu_label = _("Terms")
    index_view_class = ConceptIndexView
    delete_view_class = ConceptDeleteView
    copy_view_enabled = False
    list_display = ["title", "scheme", "status", "updated_at"]
    list_filter = ["scheme", "status"]
    search_fields = ["title", "labels__text", "slug"]
    search_backend_name = None
    list_per_page = 50
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("title"), FieldPanel("slug"), FieldPanel("scheme")], heading=_("Term")),
            MultiFieldPanel(
                [FieldPanel("definition"), FieldPanel("scope_note"), FieldPanel("example"), FieldPanel("source")],
                heading=_("Meaning"),
            ),
            InlinePanel(
                "labels",
                heading=_("Other labels"),
                label=_("Label"),
                panels=[
                    FieldPanel("text"),
                    FieldRowPanel([FieldPanel("language"), FieldPanel("jurisdiction"), FieldPanel("kind")]),
                ],
            ),
            FieldPanel("broader"),
            FieldPanel("related"),
            InlinePanel(
                "mappings",
                heading=_("In other vocabularies"),
                label=_("Match"),
                help_text=_("Exact and close matches widen searches where the other concept is on this portal too."),
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("uri")])],
            ),
            InlinePanel(
                "notes",
                heading=_("Further notes"),
                label=_("Note"),
                help_text=_("Definitions in other languages, and notes on history, changes and editing."),
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]), FieldPanel("text")],
            ),
            InlinePanel(
                "notations",
                heading=_("Codes"),
                label=_("Code"),
                panels=[FieldRowPanel([FieldPanel("text"), FieldPanel("datatype")])],
            ),
            MultiFieldPanel(
                [FieldPanel("status"), FieldPanel("replaced_by"), FieldPanel("order")], heading=_("Status and order")
            ),
        ],
        base_form_class=ConceptForm,
    )


class SchemeViewSet(ModelViewSet):
    """Schemes, in their order."""

    model = Scheme
    icon = "list-ul"
    menu_label = _("Schemes")
    delete_view_class = SchemeDeleteView
    copy_view_enabled = False
    list_display = ["title", "is_facet", "status", "order"]
    search_fields = ["title"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("slug"),
            FieldPanel("description"),
            FieldPanel("is_facet"),
            FieldPanel("is_ordered"),
            FieldPanel("order"),
            FieldPanel("status"),
        ],
        base_form_class=SchemeForm,
    )


class TreeViewSet(ViewSet):
    """The menu's way to the trees; their pages are in `taxonomy.stewarding`."""

    icon = "list-ul"
    menu_label = _("Trees")
    menu_url = reverse_lazy("vocabulary_schemes")

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return TreeMenuItem(self.menu_label, self.menu_url, icon_name=self.icon, order=order or 0)


class TreeMenuItem(MenuItem):
    """Shown to those who work on the vocabulary."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_read(request.user)


class VocabularyGroup(ViewSetGroup):
    """The menu entry."""

    menu_label = _("Vocabulary")
    menu_icon = "tag"
    menu_order = 250
    items = (
        TreeViewSet("vocabulary_trees", url_prefix="vocabulary/trees"),
        ConceptViewSet("concepts", url_prefix="vocabulary/terms"),
        SchemeViewSet("schemes", url_prefix="vocabulary/schemes"),
    )


@hooks.register("register_admin_viewset", order=0)
def register_vocabulary() -> VocabularyGroup:
    return VocabularyGroup()


@hooks.register("register_admin_urls")
def stewarding_urls() -> list[URLPattern | URLResolver]:
    return [path("vocabulary/", include("taxonomy.stewarding.urls"))]


@hooks.register("insert_global_admin_css")
def style_concept_tree() -> SafeString:
    """The checkboxes of the concept tree stand on every form of a tagged page."""
    return format_html('<link rel="stylesheet" href="{}">', static("taxonomy/admin.css"))

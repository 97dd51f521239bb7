"""The block of the plan of action."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page

from portal.core.blocks import BodyBlock
from portal.core.urlpaths import page_url
from portal.core.viewer import VISITOR


class ActionBlock(blocks.StructBlock):
    """One action item of the community's plan."""

    number = blocks.IntegerBlock(min_value=1)
    title = blocks.CharBlock(max_length=200)
    detail = blocks.TextBlock(required=False)
    status = blocks.ChoiceBlock([("open", _("Open")), ("begun", _("Begun")), ("available", _("Available"))])
    links = blocks.ListBlock(blocks.PageChooserBlock(), default=[])

    class Meta:
        icon = "list-ol"


class ActionsBlock(blocks.ListBlock):
    """The plan's action items, each with links to where the portal serves it."""

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Resolves the links of all items with one query, and leaves out what the viewer may not see."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        viewer = context.get("viewer", VISITOR)
        wanted = {page.pk for action in value for page in action["links"] if page}
        pages = Page.objects.filter(pk__in=wanted, live=True, gate__audience_id__in=viewer.audiences)
        seen = {page.pk: (page.title, page_url(page)) for page in pages}
        context["rows"] = [
            {"action": action, "links": [seen[page.pk] for page in action["links"] if page and page.pk in seen]}
            for action in value
        ]
        return context


class StandardBody(BodyBlock):
    """A page's body, with what the plan of action needs."""

    actions = ActionsBlock(ActionBlock(), icon="list-ol", template="home/blocks/actions.html")

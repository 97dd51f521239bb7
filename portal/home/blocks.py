"""Blocks for the plan of action and the working groups' pages."""

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


class AgendaItemBlock(blocks.StructBlock):
    """One date of a working group's first-year agenda."""

    when = blocks.CharBlock(max_length=40, help_text="Such as Month 3 or March 2027.")
    item = blocks.CharBlock(max_length=240)
    kind = blocks.ChoiceBlock(
        [
            ("teleconference", _("Teleconference")),
            ("briefing", _("Briefing")),
            ("webcast", _("Webcast")),
            ("product", _("Product")),
        ]
    )

    class Meta:
        icon = "calendar"


class ProductBlock(blocks.StructBlock):
    """Something that a working group makes, and how far it is."""

    title = blocks.CharBlock(max_length=200)
    status = blocks.ChoiceBlock([("planned", _("Planned")), ("draft", _("Draft")), ("published", _("Published"))])

    class Meta:
        icon = "clipboard-list"


class StandardBody(BodyBlock):
    """A page's body, with what the plan of action and the working groups' pages need."""

    actions = ActionsBlock(ActionBlock(), icon="list-ol", template="home/blocks/actions.html")
    objectives = blocks.ListBlock(
        blocks.CharBlock(max_length=300), icon="list-ul", template="home/blocks/objectives.html"
    )
    agenda = blocks.ListBlock(AgendaItemBlock(), icon="calendar", template="home/blocks/agenda.html")
    products = blocks.ListBlock(ProductBlock(), icon="clipboard-list", template="home/blocks/products.html")

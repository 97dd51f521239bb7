"""The blocks of a working group's page: its first-year agenda, and what it makes."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

# What the dates of an agenda are.
KINDS = {
    "teleconference": _("Teleconference"),
    "briefing": _("Briefing"),
    "webcast": _("Webcast"),
    "clinic": _("Clinic"),
    "meeting": _("Meeting"),
    "product": _("Product"),
}


class AgendaItemBlock(blocks.StructBlock):
    """One date of a working group's first-year agenda."""

    when = blocks.CharBlock(max_length=40, help_text=_("Such as Month 3 or March 2027."))
    item = blocks.CharBlock(max_length=240)
    kind = blocks.ChoiceBlock(list(KINDS.items()))
    done = blocks.BooleanBlock(required=False, help_text=_("Tick this when it has taken place or is finished."))

    class Meta:
        icon = "calendar"


class ProductBlock(blocks.StructBlock):
    """Something that a working group makes, how far it is, and where it is once there is something to read."""

    title = blocks.CharBlock(max_length=200)
    status = blocks.ChoiceBlock([("planned", _("Planned")), ("draft", _("Draft")), ("published", _("Published"))])
    page = blocks.PageChooserBlock(required=False, help_text=_("A page of this portal, or a document below."))
    document = DocumentChooserBlock(required=False)

    class Meta:
        icon = "clipboard-list"


class AgendaBlock(blocks.StreamBlock):
    """The agenda, in order."""

    item = AgendaItemBlock()


class ProductsBlock(blocks.StreamBlock):
    """What the group makes."""

    product = ProductBlock()

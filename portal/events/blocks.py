"""The blocks of which leads build an event's agenda, speakers and materials."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock


class AgendaBlock(blocks.StructBlock):
    """One item of the agenda, at a time of the event's own zone."""

    time = blocks.TimeBlock(required=False, label=_("time"), help_text=_("In the event's own time zone."))
    item = blocks.CharBlock(max_length=240, label=_("item"))
    speaker = blocks.CharBlock(required=False, max_length=160, label=_("speaker"))

    class Meta:
        icon = "list-ol"


class SpeakerBlock(blocks.StructBlock):
    """Somebody who speaks: a name, or a role if they like that better."""

    name = blocks.CharBlock(max_length=120, label=_("name or role"))
    organisation = blocks.CharBlock(required=False, max_length=160, label=_("organisation"))

    class Meta:
        icon = "user"


class DocumentMaterialBlock(blocks.StructBlock):
    """A document to read before or after."""

    document = DocumentChooserBlock(label=_("document"))
    note = blocks.CharBlock(required=False, max_length=200, label=_("note"))

    class Meta:
        icon = "doc-full"


class LinkMaterialBlock(blocks.StructBlock):
    """A page elsewhere."""

    title = blocks.CharBlock(max_length=200, label=_("title"))
    url = blocks.URLBlock(label=_("address"))
    note = blocks.CharBlock(required=False, max_length=200, label=_("note"))

    class Meta:
        icon = "link"


class MaterialsBlock(blocks.StreamBlock):
    """Documents and links of an event."""

    document = DocumentMaterialBlock()
    link = LinkMaterialBlock()

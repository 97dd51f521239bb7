"""How editors switch the marking of terms off for a passage: a button of every rich text, named like what it does."""

from typing import Any

import wagtail.admin.rich_text.editors.draftail.features as draftail
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineStyleElementHandler

FEATURE = "no-terms"
STYLE = "NO-TERMS"


class RichTextArea(DraftailRichTextArea):
    """Wagtail's editor, which offers the button in every rich text, whatever features a block names.

    Blocks need not name it, so no block's definition, and no migration, has to change for it.
    """

    def __init__(self, *args: Any, features: list[str] | None = None, **kwargs: Any) -> None:
        wanted = None if features is None else list(dict.fromkeys([*features, FEATURE]))
        super().__init__(*args, features=wanted, **kwargs)


@hooks.register("register_rich_text_features")
def register_no_terms(features: Any) -> None:
    """A style of words, kept as a span that `taxonomy.markup_reading` passes over."""
    control = {
        "type": STYLE,
        "icon": "no-view",
        "description": _("Do not mark terms here"),
        "style": {"borderBottom": "1px dashed currentColor"},
    }
    features.register_editor_plugin("draftail", FEATURE, draftail.InlineStyleFeature(control))
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {"span[data-terms]": InlineStyleElementHandler(STYLE)},
            "to_database_format": {"style_map": {STYLE: {"element": "span", "props": {"data-terms": "off"}}}},
        },
    )
    features.default_features.append(FEATURE)

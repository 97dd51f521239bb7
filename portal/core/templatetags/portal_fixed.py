"""What is the same in every request, remembered: pieces of pages, and Django's tags for fixed sentences and files.

These are builtins, and take the place of Django's own tags of the same names. A page says forty fixed sentences and
links to eight static files: to ask the catalogues and the manifest for each of them again is a tenth of its cost.
"""

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.templatetags.static import StaticNode
from django.utils.translation import get_language

from portal.core.pieces import piece
from portal.core.static_files import static_address

register = template.Library()
register.simple_tag(piece)


class SentenceNode(Node):
    """A sentence that stands in the template itself, asked for once in each language."""

    def __init__(self, sentence: TranslateNode) -> None:
        self.sentence = sentence
        self.asvar, sentence.asvar = sentence.asvar, None
        self.known: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self.known.get(language)
        if said is None:
            said = self.known[language] = self.sentence.render(context)
        if not self.asvar:
            return said
        context[self.asvar] = said
        return ""


def _is_fixed(expression: FilterExpression | None) -> bool:
    if expression is None:
        return True
    return not expression.filters and getattr(expression.var, "lookups", None) is None


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """Django's tag; what it is to translate is remembered unless it is a variable."""
    node = do_translate(parser, token)
    return SentenceNode(node) if _is_fixed(node.filter_expression) and _is_fixed(node.message_context) else node


class FileNode(StaticNode):
    """The address of a static file, remembered."""

    @classmethod
    def handle_simple(cls, path: str) -> str:
        return static_address(path)


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """Django's tag, with addresses that are remembered."""
    return FileNode.handle_token(parser, token)

"""Template tags and filters that every room may use; a builtin, so nothing needs to load it."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page as ListPage
from django.db.models import QuerySet
from django.forms.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.blocks import StreamValue
from wagtail.models import Page

from portal.core import facet_markup, finishing, form_markup, hit_markup, markup
from portal.core.evidence import Evidence
from portal.core.prepared import prepared
from portal.core.urlpaths import address_of, page_url
from portal.core.viewer import VISITOR, Viewer, viewer_of

register = template.Library()

register.simple_tag(markup.evidence)
register.simple_tag(markup.change_bars)
register.simple_tag(markup.icon)
register.simple_tag(markup.chips)
register.simple_tag(markup.ago)
register.simple_tag(markup.when)
register.simple_tag(hit_markup.hit)
register.simple_tag(hit_markup.hits)
register.filter(hit_markup.safe_marks)
register.simple_tag(form_markup.field)
register.simple_tag(form_markup.error_summary, name="form_errors")
register.simple_tag(facet_markup.facet_list)
register.simple_tag(facet_markup.chosen_filters)
register.simple_tag(facet_markup.hidden_fields)

STEP = Page.steplen
HOME_DEPTH = 2
Crumb = tuple[object, str]


@register.simple_tag
def portal_name() -> str:
    """The portal's name, for templates rendered without a request (mail, error pages)."""
    return str(settings.PORTAL_NAME)


@register.simple_tag
def portal_address(path: str = "") -> str:
    """The absolute address of `path` on this portal."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


@register.simple_tag
def crumbs(items: Iterable[Crumb]) -> SafeString:
    """The way to this page as (title, address); the last one is where the reader stands and needs no address."""
    *way, last = [("", ""), *items]
    if len(way) < 1 or not last[0]:
        return SafeString("")
    links = format_html_join("", '<li><a href="{}">{}</a></li>', ((url, title) for title, url in way if title))
    return format_html(
        '<nav class="crumbs" aria-label="{}"><ol>{}<li aria-current="page">{}</li></ol></nav>',
        gettext("You are here"),
        links,
        last[0],
    )


@register.simple_tag(takes_context=True)
def breadcrumbs(context: Context, page: Page, current: str = "") -> SafeString:
    """The visible ancestors of `page` and the page itself; `current` names a further step below it.

    One query at any depth, and none for a page right below the home page, which is everybody's.
    """
    if page.depth <= HOME_DEPTH and not current:
        return SafeString("")
    items: list[Crumb] = [(gettext("Home"), "/"), *_ancestors(page, context.get("viewer") or VISITOR)]
    if page.depth > HOME_DEPTH:
        items.append((page.title, page_url(page)))
    if current:
        items.append((current, ""))
    return crumbs(items)


def _ancestors(page: Page, viewer: Viewer) -> list[Crumb]:
    """The live ancestors between the home page and `page` that `viewer` may see, as (title, address)."""
    depths = range(HOME_DEPTH + 1, page.depth)
    if not depths:
        return []
    found = _visible_at([page.path[: depth * STEP] for depth in depths], viewer)
    return [(title, address_of(url_path)) for title, url_path in found]


@prepared
def _visible_at(paths: list[str], viewer: Viewer) -> "QuerySet[Page, tuple[str, str]]":
    found = Page.objects.filter(path__in=paths, live=True, gate__audience_id__in=viewer.audiences)
    return found.order_by("path").values_list("title", "url_path")


def _query_of(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET if request is not None else QueryDict()


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The query string of this page ("?…") with `changes`; None or "" takes a key away. Always back to page one."""
    query = _query_of(context).copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def pagination(context: Context, page_obj: ListPage[Any], label: str = "", address: str = "") -> SafeString:
    """Links to the other pages of a list; they keep the rest of the query string. Nothing for a single page.

    `label` names the list where a page has several. `address` is that of its first page, if not this page's own.
    """
    last = page_obj.paginator.num_pages
    if last < 2:
        return SafeString("")
    number = page_obj.number
    stem, anchor = _stem(context, address)
    parts = [_step(f"{stem}{number - 1}{anchor}", gettext("Previous"), "prev") if number > 1 else ""]
    for step in page_obj.paginator.get_elided_page_range(number, on_each_side=1, on_ends=1):
        parts.append(_page_link(stem, anchor, step, number))
    parts.append(_step(f"{stem}{number + 1}{anchor}", gettext("Next"), "next") if number < last else "")
    name = conditional_escape(label or gettext("Pages"))
    return mark_safe(f'<nav class="pagination" aria-label="{name}"><ul>{"".join(parts)}</ul></nav>')


def _stem(context: Context, address: str) -> tuple[str, str]:
    """What stands before and after a page's number in its address, escaped."""
    before, sign, anchor = address.partition("#")
    if not address:
        query = _query_of(context).copy()
        query.pop("page", None)
        before = f"?{query.urlencode()}" if query else ""
    return conditional_escape(f"{before}{'&' if '?' in before else '?'}page="), conditional_escape(f"{sign}{anchor}")


def _step(url: str, word: str, rel: str) -> str:
    drawing = markup.icon("previous" if rel == "prev" else "next")
    inner = f"{drawing}{word}" if rel == "prev" else f"{word}{drawing}"
    return f'<li><a class="step" rel="{rel}" href="{url}">{inner}</a></li>'


def _page_link(stem: str, anchor: str, step: int | str, number: int) -> str:
    if not isinstance(step, int):
        return '<li class="gap" aria-hidden="true">…</li>'
    name = gettext("Page %d") % step
    current = ' aria-current="page"' if step == number else ""
    return f'<li><a href="{stem}{step}{anchor}" aria-label="{name}"{current}>{step}</a></li>'


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Every field of `form` in order, hidden ones included."""
    return format_html_join("", "{}", ((form_markup.field(bound),) for bound in form))


@register.simple_tag
def evidence_key() -> SafeString:
    """What the four dials mean, for the first time that a reader meets them."""
    return _evidence_key(get_language())


@cache
def _evidence_key(language: str | None) -> SafeString:
    meanings = {
        Evidence.FORECAST: gettext("expected, not yet seen"),
        Evidence.REPORTED: gettext("said by the organisation itself"),
        Evidence.EVALUATED: gettext("studied by somebody outside"),
        Evidence.AUDITED: gettext("checked by an auditor"),
    }
    rows = ((markup.evidence(value), meaning) for value, meaning in meanings.items())
    return format_html(
        '<dl class="evidence-key">{}</dl>', format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
    )


@register.simple_tag
def filters_title(facets: Iterable[facet_markup.FacetLike], dates: Iterable[str] | None = None) -> str:
    """ "Filters", with the number of those chosen; `dates` are days as text, "" for one that is not."""
    days = sum(bool(day) for day in dates or ())
    return facet_markup.filters_title(facet_markup.chosen_count(facets) + days)


@register.filter
def stored(stream: StreamValue) -> list[Any]:
    """What each block of a stream of plain words holds, a text or a dictionary of them, without the blocks' objects."""
    return [block["value"] for block in stream.get_prep_value()]


class CaptureNode(template.Node):
    """Renders its inside into a variable, so that one block can stand in several places, attributes too."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> str:
        context[self.name] = mark_safe(self.nodelist.render(context).strip().replace('"', "&quot;"))
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture name %}…{% endcapture %}`: what is inside, trimmed, as the variable `name`."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


class FinishedNode(template.Node):
    """Renders its inside and hands it to `portal.core.finishing`."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        language = getattr(context.get("page"), "lang", "") or "en"
        path, cookies = (request.path, request.COOKIES) if request is not None else ("/", {})
        place = finishing.Place(path, language, cookies, _member(request), _viewer(request))
        return mark_safe(finishing.finish(self.nodelist.render(context), place))


def _member(request: HttpRequest | None) -> Any:
    """The signed-in reader. Without a session cookie nobody asks, so that the page can be stored."""
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
        return None
    return request.user if request.user.is_authenticated else None


def _viewer(request: HttpRequest | None) -> Viewer:
    """Who reads; a visitor where a page is made before anybody asked who it is for, as that of an error may be."""
    return viewer_of(request) if request is not None and hasattr(request, "user") else VISITOR


@register.tag
def finished(parser: Parser, token: Token) -> FinishedNode:
    """`{% finished %}…{% endfinished %}`: what rooms add to the running text inside, such as marked terms."""
    nodelist = parser.parse(("endfinished",))
    parser.delete_first_token()
    return FinishedNode(nodelist)

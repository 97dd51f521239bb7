"""The facet panel and the chosen filters, written in one pass because a page of results may hold hundreds of choices.

Works on any object with the shape of `portal.search.contract.Facet` (name, label, values, truncated, more_url,
fewer_url; each value has value, label, count, selected, toggle_url, depth), so that the ground floor need not know
search.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Protocol

from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

OPEN_FACETS = 4


class FacetLike(Protocol):
    """What a facet must offer to be shown."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> Any: ...
    @property
    def values(self) -> Sequence[Any]: ...
    @property
    def truncated(self) -> bool: ...
    @property
    def more_url(self) -> str: ...
    @property
    def fewer_url(self) -> str: ...


@lru_cache(maxsize=1000)
def _tally(count: int, language: str | None) -> str:
    """`count` as written in `language`, which is the active one."""
    return number_format(count, force_grouping=True)


def escaped(text: Any) -> str:
    """What `conditional_escape` makes of a plain text, without asking whether it is a lazy one."""
    return escape(text) if type(text) is str else conditional_escape(text)


def facet_list(facets: Iterable[FacetLike]) -> SafeString:
    """One `details` for each facet that has values; the first few, and any with a choice made, stand open."""
    parts = []
    language = get_language()
    for place, facet in enumerate(facet for facet in facets if facet.values):
        name, label = escaped(facet.name), escaped(facet.label)
        is_open = place < OPEN_FACETS or facet.fewer_url or any(value.selected for value in facet.values)
        parts.append(
            f'<details class="facet" id="facet-{name}" data-fold="{name}"{" open" if is_open else ""}>'
            f'<summary>{label}</summary><div role="group" aria-label="{label}">'
            f"{_tree(name, facet.values, language)}</div>{_more(facet, label)}</details>"
        )
    return mark_safe("".join(parts))


def _tree(name: str, values: Sequence[Any], language: str | None) -> str:
    """The values as a list; what stands below one is a list inside its item, folded while nothing there is chosen."""
    items = []
    place = 0
    while place < len(values):
        value = values[place]
        end = place + 1
        while end < len(values) and values[end].depth > value.depth:
            end += 1
        below = _branch(name, value, values[place + 1 : end], language) if end > place + 1 else ""
        items.append(f"<li>{_choice(name, value, language)}{below}</li>")
        place = end
    return f"<ul>{''.join(items)}</ul>"


def _branch(name: str, parent: Any, below: Sequence[Any], language: str | None) -> str:
    is_open = parent.selected or any(value.selected for value in below)
    number = sum(value.depth == below[0].depth for value in below)
    return (
        f'<details class="branch" data-fold="{name}/{escaped(parent.value)}"{" open" if is_open else ""}>'
        f"<summary>{_within(number, language)}"
        f'<span class="visually-hidden"> {escaped(parent.label)}</span></summary>'
        f"{_tree(name, below, language)}</details>"
    )


def _choice(name: str, value: Any, language: str | None) -> str:
    return (
        f'<label><input type="checkbox" name="{name}" value="{escaped(value.value)}"'
        f"{' checked' if value.selected else ''}><span>{escaped(value.label)}</span>"
        f'<span class="tally">{_tally(value.count, language)}</span></label>'
    )


def _more(facet: FacetLike, label: str) -> str:
    """The way to the rest of a long facet, and back; what even the whole list leaves out is said."""
    if not (facet.more_url or facet.fewer_url):
        return ""
    url, word = (facet.fewer_url, gettext("Fewer")) if facet.fewer_url else (facet.more_url, gettext("More"))
    return format_html(
        '<p class="facet-more">{}<a href="{}" rel="nofollow">{}<span class="visually-hidden">: {}</span></a></p>',
        f"{_left_out(len(facet.values))} " if facet.fewer_url and facet.truncated else "",
        url,
        word,
        mark_safe(label),
    )


def _left_out(listed: int) -> str:
    sentence = gettext("These are the %(number)s with most results. Words or other filters bring out the rest.")
    return sentence % {"number": number_format(listed, force_grouping=True)}


@lru_cache(maxsize=200)
def _within(number: int, language: str | None) -> str:
    """How many choices are folded, in the words of `language`, which is the active one."""
    return escape(ngettext("%d within", "%d within", number) % number)


def chosen_count(facets: Iterable[FacetLike]) -> int:
    """How many filters are chosen."""
    return sum(value.selected for facet in facets for value in facet.values)


def chosen_filters(chips: Collection[tuple[Any, str]], clear_url: str = "") -> SafeString:
    """What narrows a list, as (text, address without it): chips that take themselves away, and "Clear all"."""
    if not chips:
        return SafeString("")
    removing = gettext("Remove filter:")
    items = format_html_join(
        "",
        '<li><a class="chip on" href="{}" rel="nofollow"><span class="visually-hidden">{}</span> {}'
        ' <span aria-hidden="true">×</span></a></li>',
        ((url, removing, text) for text, url in chips),
    )
    clear = (
        format_html('<li><a class="chip" href="{}">{}</a></li>', clear_url, gettext("Clear all")) if clear_url else ""
    )
    return format_html('<ul class="chips" aria-label="{}">{}{}</ul>', gettext("Chosen filters"), items, clear)


def filters_title(count: int) -> str:
    """The name of the panel on a phone, where it is folded."""
    if not count:
        return gettext("Filters")
    return ngettext("Filters (%d chosen)", "Filters (%d chosen)", count) % count


def hidden_fields(pairs: Iterable[tuple[str, str]]) -> SafeString:
    """`pairs` as hidden fields, so that a GET form keeps them."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)

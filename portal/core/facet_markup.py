"""The facet panel and the chosen filters, written in one pass because a page of results may hold hundreds of choices.

Works on any object with the shape of `portal.search.contract.Facet` (name, label, values, truncated; each value has
value, label, count, selected, toggle_url, depth), so that the ground floor need not know search.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from html import escape
from typing import Any, Protocol

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

OPEN_FACETS = 4
_DEPTHS = ("", ' class="depth-1"', ' class="depth-2"', ' class="depth-3"')


class FacetLike(Protocol):
    """What a facet must offer to be shown."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> Any: ...
    @property
    def values(self) -> Collection[Any]: ...
    @property
    def truncated(self) -> bool: ...


def _choice(name: str, value: Any, language: str | None) -> str:
    depth = min(int(value.depth), len(_DEPTHS) - 1)
    return (
        f'<li{_DEPTHS[depth]}><label><input type="checkbox" name="{name}" value="{escaped(value.value)}"'
        f"{' checked' if value.selected else ''}><span>{escaped(value.label)}</span>"
        f'<span class="tally">{_tally(value.count, language)}</span></label></li>'
    )


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
        name = conditional_escape(facet.name)
        is_open = place < OPEN_FACETS or any(value.selected for value in facet.values)
        more = format_html('<p class="meta">{}</p>', gettext("The most frequent are shown.")) if facet.truncated else ""
        parts.append(
            f'<details class="facet"{" open" if is_open else ""}><summary>{conditional_escape(facet.label)}</summary>'
            f'<div role="group" aria-label="{conditional_escape(facet.label)}"><ul>'
            f"{''.join([_choice(name, value, language) for value in facet.values])}</ul></div>{more}</details>"
        )
    return mark_safe("".join(parts))


def chosen_count(facets: Iterable[FacetLike]) -> int:
    """How many filters are chosen."""
    return sum(value.selected for facet in facets for value in facet.values)


def chosen_filters(facets: Iterable[FacetLike], clear_url: str = "") -> SafeString:
    """The chosen filters as chips that take themselves away, and "Clear all" once there are some."""
    chips = [
        format_html(
            '<li><a class="chip on" href="{}"><span class="visually-hidden">{}</span> {}'
            ' <span aria-hidden="true">×</span></a></li>',
            value.toggle_url,
            gettext("Remove filter:"),
            value.label,
        )
        for facet in facets
        for value in facet.values
        if value.selected
    ]
    if not chips:
        return SafeString("")
    if clear_url:
        chips.append(format_html('<li><a class="chip" href="{}">{}</a></li>', clear_url, gettext("Clear all")))
    return mark_safe(f'<ul class="chips" aria-label="{gettext("Chosen filters")}">{"".join(chips)}</ul>')


def filters_title(count: int) -> str:
    """The name of the panel on a phone, where it is folded."""
    if not count:
        return gettext("Filters")
    return ngettext("Filters (%d chosen)", "Filters (%d chosen)", count) % count


def hidden_query(query: QueryDict, leave_out: Collection[str]) -> SafeString:
    """The rest of the query string as hidden fields, so that a GET form keeps it."""
    return mark_safe(
        "".join(
            format_html('<input type="hidden" name="{}" value="{}">', name, value)
            for name, values in query.lists()
            if name not in leave_out
            for value in values
        )
    )

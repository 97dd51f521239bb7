"""One result of a search, written here because a page of them is most of what a template would spend its time on."""

import datetime
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from portal.core import markup

_ANY_TAG_BUT_MARK = re.compile(r"<(?!/?mark>)")


def safe_marks(snippet: str) -> SafeString:
    """A search snippet. The engine has escaped it; should a tag other than `<mark>` be left, it is shown as text."""
    return mark_safe(_ANY_TAG_BUT_MARK.sub("&lt;", str(snippet)))


def hits(found: Iterable[Any], heading: int = 2) -> SafeString:
    """The hits of a page of results (of the shape of `portal.search.contract.Hit`), one below the other."""
    return mark_safe(
        "".join(
            hit(
                one.title,
                one.url,
                title_html=one.title_html,
                hit_kind=one.kind_label,
                label=one.label,
                meta=one.source,
                date=one.published_at,
                lang=one.language,
                snippet=one.snippet,
                evidence=one.evidence,
                chips=one.chips,
                part=one.part,
                reasons=one.reasons,
                stale=one.stale,
                heading=heading,
            )
            for one in found
        )
    )


def hit(
    title: str,
    url: str,
    *,
    title_html: str = "",
    hit_kind: str = "",
    label: str = "",
    meta: str = "",
    date: datetime.date | None = None,
    lang: str = "",
    snippet: str = "",
    evidence: str = "",
    chips: Iterable[tuple[Any, str]] = (),
    part: Any = None,
    reasons: Sequence[str] = (),
    stale: bool = False,
    heading: int = 2,
) -> SafeString:
    """A hit with its kind, `label` and date above the title, and the dial and `chips` below the snippet.

    `title_html` is the title as safe HTML with marked words. `part` (label, url) is the passage in which the snippet
    stands, and `reasons` say where the words are. `stale`: past its review date. `heading` is the level of its title.
    """
    above = [_kind(hit_kind, label, stale=stale), *([conditional_escape(meta)] if meta else ())]
    above += [markup.ago(date)] if date else []
    language = f' lang="{conditional_escape(lang)}"' if lang and lang != "en" else ""
    below = f"{markup.evidence(evidence)}{markup.chips(chips)}"
    row = f'<div class="row">{below}</div>' if below else ""
    return mark_safe(
        f'<article class="hit"><p class="meta">{" · ".join(above)}</p>'
        f'<h{heading}{language}><a href="{conditional_escape(url)}">'
        f"{safe_marks(title_html) if title_html else conditional_escape(title)}</a></h{heading}>"
        f"{f'<p{language}>{safe_marks(snippet)}</p>' if snippet else ''}"
        f"{hit_reasons(part, reasons)}{row}</article>"
    )


def _kind(name: str, label: str, *, stale: bool) -> str:
    first: str = conditional_escape(name)
    if label:
        first += f' <span class="label">{conditional_escape(label)}</span>'
    if stale:
        first += f' <span class="label stale">{conditional_escape(gettext("Past its review date"))}</span>'
    return first


def hit_reasons(part: Any, reasons: Sequence[str]) -> SafeString:
    """The passage that a snippet is of, and why this is a hit, in one quiet line; nothing where neither is known."""
    said = []
    if part is not None:
        said.append(format_html('<a href="{}">{}</a>', part.url, part.label))
    if reasons:
        said.append(conditional_escape(gettext("Matches %(where)s") % {"where": ", ".join(reasons)}))
    return mark_safe(f'<p class="meta why">{" · ".join(said)}</p>') if said else SafeString("")

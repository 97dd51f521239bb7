"""One result of a search, written here because a page of them is most of what a template would spend its time on."""

import datetime
import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from portal.core import markup

_ANY_TAG_BUT_MARK = re.compile(r"<(?!/?mark>)")


def safe_marks(snippet: str) -> SafeString:
    """A search snippet. The engine has escaped it; should a tag other than `<mark>` be left, it is shown as text."""
    return mark_safe(_ANY_TAG_BUT_MARK.sub("&lt;", str(snippet)))


def hits(found: Iterable[Any]) -> SafeString:
    """The hits of a page of results (of the shape of `portal.search.contract.Hit`), one below the other."""
    return mark_safe(
        "".join(
            hit(
                one.title,
                one.url,
                hit_kind=one.kind_label,
                label=one.label,
                date=one.published_at,
                lang=one.language,
                snippet=one.snippet,
                evidence=one.evidence,
                chips=one.chips,
            )
            for one in found
        )
    )


def hit(
    title: str,
    url: str,
    *,
    hit_kind: str = "",
    label: str = "",
    meta: str = "",
    date: datetime.date | None = None,
    lang: str = "",
    snippet: str = "",
    evidence: str = "",
    chips: Iterable[tuple[Any, str]] = (),
) -> SafeString:
    """A hit with its kind, `label` and date above the title, and the dial and `chips` below the snippet."""
    first: str = conditional_escape(hit_kind)
    if label:
        first += f' <span class="label">{conditional_escape(label)}</span>'
    above = [first, *([conditional_escape(meta)] if meta else ()), *([markup.ago(date)] if date else ())]
    language = f' lang="{conditional_escape(lang)}"' if lang and lang != "en" else ""
    below = f"{markup.evidence(evidence)}{markup.chips(chips)}"
    row = f'<div class="row">{below}</div>' if below else ""
    return mark_safe(
        f'<article class="hit"><p class="meta">{" · ".join(above)}</p>'
        f'<h2{language}><a href="{conditional_escape(url)}">{conditional_escape(title)}</a></h2>'
        f"{f'<p>{safe_marks(snippet)}</p>' if snippet else ''}"
        f"{row}</article>"
    )

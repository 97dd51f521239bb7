"""How the figures of a case are written, and which of them stands on its card."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from cases.models import CaseResult
from portal.core.evidence import RANK

_CURRENCY = re.compile(r"^(?P<symbol>[A-Z]{0,3}[$€£])\s*(?P<scale>.*)$")


def number(value: Decimal | None) -> str:
    """`value` without needless zeros and with thousands separators; an en dash when it is not reported."""
    if value is None:
        return "–"
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text or "0"


def change_words(result: CaseResult) -> str:
    """The change in words ("31 % lower"), or "" where before or after is missing."""
    change = result.change
    if change is None:
        return ""
    if change == 0:
        return _("no change")
    words = _("%(share)s %% higher") if change > 0 else _("%(share)s %% lower")
    return words % {"share": number(abs(change).quantize(Decimal(1)))}


def amount(value: Decimal | None, unit: str) -> str:
    """`value` with its unit, a currency before the number and the rest behind it ("$1,000 million")."""
    money = _CURRENCY.match(unit)
    if money:
        return f"{money['symbol']}{number(value)} {money['scale']}".strip()
    return f"{number(value)} {unit}".strip()


def best_supported(results: list[CaseResult]) -> CaseResult | None:
    """The first of the results with the strongest evidence, so that a card never borrows another figure's dial."""
    return max(results, key=lambda result: RANK[result.evidence], default=None)


def headline(result: CaseResult) -> tuple[str, str]:
    """A card's figure and what it measures: the change in words, or the value where there is nothing to compare."""
    words = change_words(result)
    if words:
        return words, result.measure
    value = result.after if result.after is not None else result.before
    measured = ", ".join(part for part in (result.measure, result.period) if part)
    return amount(value, result.unit), measured

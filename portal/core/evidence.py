"""How well a figure is supported: one scale for the whole portal, shown by the evidence dial."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Evidence(TextChoices):
    """From a promise to a checked fact, weakest first."""

    FORECAST = "forecast", _("Forecast")
    REPORTED = "reported", _("Reported")
    EVALUATED = "evaluated", _("Evaluated")
    AUDITED = "audited", _("Audited")


RANK = {evidence.value: rank for rank, evidence in enumerate(Evidence)}


def strongest(values: list[str]) -> str:
    """The best-supported value among `values`; "" when there is none."""
    return max((value for value in values if value in RANK), key=RANK.__getitem__, default="")

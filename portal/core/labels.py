"""What the values of choices are called. A page says the same few dozens of times, and every translation costs."""

from functools import cache

from django.db.models import Choices
from django.utils.translation import get_language


def label_of(kind: type[Choices], value: object) -> str:
    """What `value` of `kind` is called in the active language, "" for what is no value of it."""
    return _labels(kind, get_language()).get(str(value), "")


@cache
def _labels(kind: type[Choices], language: str | None) -> dict[str, str]:
    return {str(value): str(label) for value, label in kind.choices}

"""Form fields for what people type."""

import re
import secrets
from typing import Any

from django import forms

# Control characters mean nothing in a text; a NUL byte no database of ours can store.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACE = re.compile(r"\s+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,32}")


class TypedField(forms.CharField):
    """Text as a person typed it: control characters dropped, line ends as one character."""

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(_CONTROLS.sub("", text)) or ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A text of several lines has no `maxlength`: browsers cut there what is pasted, and say nothing. The form says
        that it is too long, and keeps it."""
        attrs = super().widget_attrs(widget)
        if isinstance(widget, forms.Textarea):
            attrs.pop("maxlength", None)
        return attrs


class LineField(TypedField):
    """Typed text on one line."""

    def to_python(self, value: Any) -> str:
        return _SPACE.sub(" ", super().to_python(value)).strip()


class TokenField(forms.CharField):
    """A random word by which a form sent twice is known again. What no form of ours made counts as none."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> str:
        return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


def new_token() -> str:
    """What stands in a `TokenField` of a new form."""
    return secrets.token_urlsafe(18)

"""Two fields that tell robots from people, without asking anybody else: one that people do not see, and one that knows
when the form was made."""

from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SALT = "moderation.trap"
# A person needs longer to write a post.
QUICKEST = 3.0


class TrapInput(forms.TextInput):
    """A text field out of sight, and out of the way of keyboards and readers."""

    is_hidden = True

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        hidden = {**(attrs or {}), "tabindex": "-1", "autocomplete": "off"}
        field = super().render(name, value, hidden, renderer)
        label = gettext("Leave this empty")
        return format_html(
            '<div class="visually-hidden" aria-hidden="true"><label for="{}">{}</label>{}</div>',
            hidden.get("id", ""),
            label,
            field,
        )


class TrapField(forms.CharField):
    """Whoever fills it in is no person, or has a browser that fills in too much: the sentence says what to do."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=TrapInput, label=_("Leave this empty"))

    def clean(self, value: Any) -> str:
        if value:
            raise forms.ValidationError(_("A field that people do not see was filled in: please send the form again."))
        return ""

    def bound_data(self, data: Any, initial: Any) -> str:
        """What was filled in is not shown again, so that a person's second try is let through."""
        return ""


def stamp() -> str:
    """What a new form says of when it was made; nobody else can write it."""
    return Signer(salt=SALT).sign(f"{timezone.now().timestamp():.2f}")


class StampField(forms.CharField):
    """When the form was made. Its clean value is the form's age in seconds, or None for a stamp that is not ours."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=stamp)

    def clean(self, value: Any) -> Any:
        return age(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """A form that is shown again keeps its stamp, or gets a good one."""
        return data if age(data) is not None else stamp()


def age(value: Any) -> float | None:
    try:
        made = float(Signer(salt=SALT).unsign(str(value)))
    except (BadSignature, ValueError):
        return None
    return timezone.now().timestamp() - made

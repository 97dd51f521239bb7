"""What is typed about a topic or an answer beside them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.forms import PostForm
from forums.models import TITLE_LENGTH
from portal.core.nominating import Kind
from portal.core.typed import LineField

SUMMARY_LENGTH = 4_000


class SummaryForm(PostForm):
    """What came out of a topic; empty takes the summary away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        field.label = _("What came out of it")
        field.required = False
        field.max_length = SUMMARY_LENGTH  # type: ignore[attr-defined]
        field.widget.attrs["maxlength"] = str(SUMMARY_LENGTH)
        del self.fields["token"]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not body.strip():
            return ""
        return super().clean_body()


class ForwardForm(forms.Form):
    """What an answer is to become, what it is called there, and where it belongs."""

    title = LineField(
        label=_("What should it be called?"),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Give it a name.")},
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = list(kind.places())
        if places:
            self.fields["place"] = forms.ChoiceField(
                label=kind.place_label,
                choices=places,
                error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of the list.")},
            )

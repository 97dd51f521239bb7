"""What is typed about a topic or an answer beside them."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from forums.forms import PostForm
from forums.models import TITLE_LENGTH
from portal.core.nominating import Kind
from portal.core.typed import LineField

SUMMARY_LENGTH = 4_000
TOO_LONG = ngettext_lazy(
    "A summary may have %(limit_value)d character; this one has %(show_value)d. Shorten it.",
    "A summary may have %(limit_value)d characters; this one has %(show_value)d. Shorten it.",
    "limit_value",
)


class SummaryForm(PostForm):
    """What came out of a topic; empty takes the summary away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        field.label = _("What came out of it")
        field.required = False
        field.validators = [MaxLengthValidator(SUMMARY_LENGTH), *field.validators]
        field.error_messages = {**field.error_messages, "max_length": TOO_LONG}
        # It makes no post.
        for name in ("token", "stamp", "website"):
            del self.fields[name]

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

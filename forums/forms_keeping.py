"""What leads and moderators type about a topic."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forums.forms import PostForm

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

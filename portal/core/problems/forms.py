"""The form "Report a problem with this page"."""

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from portal.core.typed import TypedField

LONGEST_ADDRESS = 500


def own_address(text: str) -> str:
    """`text` if it is an address within the portal ("/cases/"), else "/"."""
    path = text.strip()
    is_own = path.startswith("/") and path.isprintable() and len(path) <= LONGEST_ADDRESS
    return path if is_own and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


class ProblemForm(forms.Form):
    """`trap` is a field that people do not see; what fills it in is not a person."""

    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    message = TypedField(
        label=_("What is wrong?"),
        max_length=4000,
        help_text=_("What did you expect, and what did you find? Please do not write anything personal."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Only if you would like an answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    trap = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_page(self) -> str:
        return own_address(self.cleaned_data["page"])

"""What a member says of themselves, asked at sign-up; the room of members changes it."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import signals
from portal.accounts.models import Affiliation, User

NAME_HINT = _("What others see. A role is fine if you prefer: “A county finance director”.")
AFFILIATION_HINT = _("It stands beside everything that you write, so that readers know who speaks.")
ORGANISATION_HINT = _("Where you work, as you would like it shown. Leave it empty to keep it to yourself.")
DIGEST_HINT = _("By e-mail. Every digest has a link that ends it, and your settings have more to choose from.")
DIGESTS = [("off", _("Never")), ("daily", _("Every day")), ("weekly", _("Every week, on Monday"))]


def one_line(text: str) -> str:
    """`text` with every run of white space, and of characters that are never seen, made one space."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


class ProfileFields(forms.Form):
    """The fields that sign-up asks for beside e-mail address and password. allauth mixes this into its form.

    This module must not import allauth's forms: they import it while they are being made.
    """

    name = forms.CharField(
        label=_("Name to show"),
        max_length=120,
        help_text=NAME_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    affiliation = forms.ChoiceField(
        label=_("You work for"), choices=Affiliation.choices, help_text=AFFILIATION_HINT, widget=forms.RadioSelect
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        required=False,
        help_text=ORGANISATION_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    digest = forms.ChoiceField(
        label=_("What is new in your subjects"),
        choices=DIGESTS,
        initial="weekly",
        required=False,
        help_text=DIGEST_HINT,
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter a name that can be read."), code="required")
        return name

    def clean_organisation(self) -> str:
        return one_line(self.cleaned_data["organisation"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account has its e-mail address and password."""
        user.name = self.cleaned_data["name"]
        user.affiliation = self.cleaned_data["affiliation"]
        user.organisation = self.cleaned_data["organisation"]
        user.save(update_fields=["name", "affiliation", "organisation"])
        signals.joined.send(sender=type(self), user=user, digest=self.cleaned_data["digest"])

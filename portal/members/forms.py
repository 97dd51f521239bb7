"""What members type about themselves and to one another, and the addresses of people to invite."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.profile import ProfileFields
from portal.core.typed import LineField, TokenField, TypedField, new_token
from portal.members import importing, portraits
from portal.members.access import NAME, PARTS
from portal.members.languages import code_of
from portal.members.models import ABOUT_LENGTH, MESSAGE_LENGTH, ROLE_LENGTH, Profile
from taxonomy.fields import ConceptsFormField, ConceptTreeWidget
from taxonomy.models import Concept, Status

MOST_CONCEPTS = 12
MOST_LANGUAGES = 12
MOST_ADDRESSES = 50
NOTE_LENGTH = 1000


class ConceptBoxes(ConceptTreeWidget):
    """The checkboxes of the vocabulary as a public page shows them."""

    template_name = "members/widgets/concepts.html"
    use_fieldset = True

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """None: the fieldset's legend names the boxes."""
        return ""


class LanguagesField(LineField):
    """Languages by name or code, with commas between them; cleaned to a list of codes."""

    def clean(self, value: Any) -> list[str]:
        typed = [part.strip() for part in super().clean(value).replace(";", ",").split(",") if part.strip()]
        codes = {name: code_of(name) for name in typed}
        unknown = [name for name, code in codes.items() if code is None]
        if unknown:
            raise ValidationError(
                gettext("We do not know these languages: %(names)s. Write them in English, such as “French”.")
                % {"names": ", ".join(name[:40] for name in unknown[:5])},
                code="unknown",
            )
        if len(codes) > MOST_LANGUAGES:
            raise ValidationError(gettext("Name at most %(most)d languages.") % {"most": MOST_LANGUAGES})
        return list(dict.fromkeys(code for code in codes.values() if code))


class PortraitField(forms.FileField):
    """A picture, cleaned to the bytes that are kept (see `portraits`); None where none was chosen."""

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        file = super().clean(data, None)
        return portraits.cleaned(file) if file else None


class ProfileForm(ProfileFields):
    """Everything that a member says of themselves, each part with who sees it."""

    role = LineField(
        label=_("Role"), max_length=ROLE_LENGTH, required=False, help_text=_("What you do: “Payroll manager”.")
    )
    place = forms.ModelChoiceField(Concept.objects.none(), label=_("Place"), required=False, empty_label=_("Not said"))
    service_lines = ConceptsFormField(
        label=_("Service lines that you work on"),
        schemes=("service-line",),
        required=False,
        widget=ConceptBoxes(),
    )
    ask_about = ConceptsFormField(
        label=_("Ask me about"),
        required=False,
        widget=ConceptBoxes(),
        help_text=_("What peers may come to you with. Choose the narrowest that fit; the wider ones follow."),
    )
    languages = LanguagesField(
        label=_("Languages"), required=False, max_length=300, help_text=_("With commas between them: English, French.")
    )
    portrait = PortraitField(
        label=_("Portrait"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_(
            "We keep a small square from its middle, without anything that the camera wrote into it, such as the place."
        ),
    )
    remove_portrait = forms.BooleanField(label=_("Remove the portrait"), required=False)
    about = TypedField(
        label=_("About you"),
        max_length=ABOUT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A few sentences. Markdown works."),
    )
    contactable = forms.BooleanField(
        label=_("Members may write to me through the portal"),
        required=False,
        help_text=_("They never see your address. Whoever you write to may answer you in any case."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, profile: Profile) -> None:
        super().__init__(data, files, initial=_initial(profile))
        place: Any = self.fields["place"]
        offered = Concept.objects.filter(scheme__slug="place").exclude(status=Status.DEPRECATED)
        place.queryset = (offered | Concept.objects.filter(pk=profile.place_id)).order_by("title")
        for part in (NAME, *PARTS):
            field: Any = Profile._meta.get_field(f"show_{part}")
            self.fields[field.name] = forms.ChoiceField(label=capfirst(field.verbose_name), choices=field.choices)
        self.fields["show_name"].help_text = _(
            "Your name stands beside whatever you write, for all who can read it. If everybody sees it here, visitors "
            "can open your profile and find there what you show to everybody."
        )
        if not profile.portrait:
            del self.fields["remove_portrait"]

    def clean_service_lines(self) -> Any:
        return _few(self.cleaned_data["service_lines"])

    def clean_ask_about(self) -> Any:
        return _few(self.cleaned_data["ask_about"])

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The field of each part with the one of who sees it, in the order of the page."""
        order = (NAME, "affiliation", "organisation", "role", "place", "about", "service_lines", "ask_about")
        return [(self[part], self[f"show_{part}"]) for part in (*order, "languages", "portrait")]

    @property
    def values(self) -> dict[str, Any]:
        """What `services.edit` takes."""
        names = ("name", "affiliation", "organisation", "role", "place", "service_lines", "ask_about", "languages")
        return {name: self.cleaned_data[name] for name in (*names, "about", "contactable")}

    @property
    def show(self) -> dict[str, str]:
        return {part: self.cleaned_data[f"show_{part}"] for part in (NAME, *PARTS)}


def _initial(profile: Profile) -> dict[str, Any]:
    user = profile.user
    initial = {f"show_{part}": getattr(profile, f"show_{part}") for part in (NAME, *PARTS)}
    return initial | {
        "name": user.name,
        "affiliation": user.affiliation,
        "organisation": user.organisation,
        "role": profile.role,
        "place": profile.place_id,
        "service_lines": [concept.pk for concept in profile.service_lines.all()],
        "ask_about": [concept.pk for concept in profile.ask_about.all()],
        "languages": ", ".join(profile.language_names),
        "about": profile.about,
        "contactable": profile.contactable,
    }


def _few(concepts: Any) -> Any:
    if len(concepts) > MOST_CONCEPTS:
        raise ValidationError(
            gettext("Choose at most %(most)d: those that fit best.") % {"most": MOST_CONCEPTS}, code="too_many"
        )
    return concepts


class MessageForm(forms.Form):
    """What one member writes to another."""

    text = TypedField(
        label=_("Your message"),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "It is sent as a mail from the portal, with your name and a link to your profile. Neither of you sees the "
            "other's address; who gets it can answer you through the portal."
        ),
        error_messages={
            "required": _("Write something first."),
            "max_length": ngettext_lazy(
                "A message may have %(limit_value)d character; this one has %(show_value)d. Shorten it.",
                "A message may have %(limit_value)d characters; this one has %(show_value)d. Shorten it.",
                "limit_value",
            ),
        },
    )
    token = TokenField(required=False, initial=new_token)


class InviteForm(forms.Form):
    """Addresses of people to invite, one a line."""

    addresses = TypedField(
        label=_("E-mail addresses"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("One on each line."),
        error_messages={"required": _("Enter at least one address.")},
    )
    note = TypedField(
        label=_("A few words from you"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They stand in the letter, with your name."),
    )

    def clean_addresses(self) -> list[str]:
        typed = self.cleaned_data["addresses"].replace(",", "\n").replace(";", "\n").split("\n")
        addresses = list(dict.fromkeys(line.strip().lower() for line in typed if line.strip()))
        wrong = [address for address in addresses if not _is_address(address)]
        if wrong:
            raise ValidationError(
                gettext("These are no e-mail addresses: %(addresses)s.")
                % {"addresses": ", ".join(address[:60] for address in wrong[:5])},
                code="invalid",
            )
        if len(addresses) > MOST_ADDRESSES:
            raise ValidationError(
                gettext("Invite at most %(most)d people at once, or upload a list.") % {"most": MOST_ADDRESSES}
            )
        return addresses


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


class UploadForm(forms.Form):
    """A mailing list as a CSV file; cleaned to what could be read of it."""

    file = forms.FileField(
        label=_("The list"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, most_rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_rows = most_rows

    def clean_file(self) -> importing.MailingList:
        file = self.cleaned_data["file"]
        self.file_name = file.name
        try:
            return importing.read(file.read(importing.MOST_BYTES + 1), self.most_rows)
        except importing.UnreadableError as error:
            raise ValidationError(str(error), code="unreadable") from error

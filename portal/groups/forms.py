"""What people type and choose in this room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.typed import LineField, TypedField
from portal.groups.models import NOTE_LENGTH, Joining, Role, State, Visibility, WorkingGroup

TOO_LONG = {"max_length": _("Say it in %(limit_value)d characters at most; these are %(show_value)d.")}


class AskForm(forms.Form):
    """A request to join."""

    message = TypedField(
        label=_("Why do you wish to join?"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("A sentence for the leads: what you work on, or what you hope to find."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=TOO_LONG,
    )


class AnswerForm(forms.Form):
    """The answer to a request."""

    do = forms.ChoiceField(choices=[("approve", _("Approve")), ("decline", _("Decline"))])
    note = LineField(
        label=_("A sentence to go with the answer"),
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
    )


class InviteForm(forms.Form):
    """Somebody to come into the group, by their address."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They get a letter with a link and are in the group as soon as they have accepted."),
        error_messages={
            "required": _("Write the address of the person whom you wish to add."),
            "invalid": _("This is no e-mail address: write it like name@example.org."),
        },
    )
    note = LineField(
        label=_("A sentence to go with the invitation"),
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
    )


class RoleForm(forms.Form):
    """What a member of the group is in it."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Leads and deputies write the group's pages, answer requests, and add and remove members. Only leads say "
            "who runs the group, and change its settings."
        ),
    )


class SettingsForm(forms.Form):
    """How the group is, how one joins it, and who sees it."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=State.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "A paused group takes no new members. An archived group can be read and found; nobody adds anything to it."
        ),
    )
    joining = forms.ChoiceField(label=_("Joining"), choices=Joining.choices, widget=forms.RadioSelect)
    visibility = forms.ChoiceField(
        label=_("Who sees the group"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        help_text=_("This holds for the page and all that is below it: board, events, documents, news."),
    )
    sure = forms.BooleanField(
        label=_("Yes, change who sees the group"),
        required=False,
        help_text=_(
            "It takes effect at once. Made private, the group and everything in it vanish for all who are not in it. "
            "Opened, everything that its members have written and uploaded so far can be read by the others."
        ),
    )

    def __init__(self, data: Any = None, *, group: WorkingGroup) -> None:
        self.group = group
        initial = {"state": group.state, "joining": group.joining, "visibility": group.visibility}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """A change of who sees the group must be confirmed."""
        cleaned: dict[str, Any] = super().clean() or {}
        changes = cleaned.get("visibility", self.group.visibility) != self.group.visibility
        if changes and not cleaned.get("sure"):
            self.add_error("sure", _("You are changing who sees the group: tick this box to confirm it."))
        return cleaned

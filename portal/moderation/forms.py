"""What reporters and moderators type."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.typed import TypedField
from portal.moderation.models import REASON_LENGTH, WORDS_LENGTH, Report

LONGEST_SUSPENSION = timedelta(days=3 * 365)


class ReportForm(forms.Form):
    """Why somebody reports a thing."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    words = TypedField(
        label=_("In your words"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only moderators read this, and those who run the group whose board it is."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("reason") == Report.Reason.OTHER and not cleaned.get("words"):
            self.add_error("words", _("Say in a sentence what is wrong."))
        return cleaned


def reason_field(required: bool = True) -> TypedField:
    """Why a moderator does something; whom it concerns reads it."""
    return TypedField(
        label=_("Reason"),
        required=required,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whom it concerns reads it, and it stands in the trail."),
        error_messages={"required": _("Say why: whom it concerns reads it.")},
    )


class ReasonForm(forms.Form):
    """Why something is done that a button names."""

    reason = reason_field()


class DeedForm(ReasonForm):
    """What is done with a thing, and why. "dismiss" settles a case without doing anything."""

    def __init__(self, *args: Any, deeds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deed"] = forms.ChoiceField(
            label=_("What is to be done?"),
            choices=list(deeds),
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose what is to be done.")},
        )
        self.order_fields(["deed", "reason"])


class SanctionForm(forms.Form):
    """What is done about a member, and why. A suspension has an end."""

    deed = forms.ChoiceField(
        label=_("What is to be done?"),
        choices=[
            ("warn", _("Warn")),
            ("suspend", _("Suspend: reads, and writes nothing until the day below")),
            ("purge", _("Spam: hide everything that the member wrote, and suspend")),
            ("ban", _("Ban: close the account and end its sessions")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is to be done.")},
    )
    until = forms.DateField(
        label=_("Suspended until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day on which the member may write again."),
    )
    reason = reason_field()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        until: date | None = cleaned.get("until")
        if cleaned.get("deed") not in {"suspend", "purge"} or "until" in self.errors:
            return cleaned
        today = timezone.localdate()
        if until is None or not today < until <= today + LONGEST_SUSPENSION:
            self.add_error("until", _("Give a day after today, within the next three years."))
        return cleaned

    @property
    def moment(self) -> datetime:
        """When the suspension ends."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time.min))

"""What the admin's form for an event offers."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from portal.events import timing, zones

MOST_PLACES = 100_000
NO_PLACE = _("Offer one place at least, or leave this empty for as many as come.")
TOO_MANY_PLACES = _("We count 100,000 places at most: leave this empty for as many as come.")


class ZoneSelect(forms.Select):
    """Time zones, grouped by region."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=zones.choices())


class EventForm(WagtailAdminPageForm):
    """A draft may lack what only readers need; `EventPage.clean` is told so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of numbers below zero, and of those that no column holds, Django would speak in its own words.
        self.fields["capacity"].validators.append(MaxValueValidator(MOST_PLACES, TOO_MANY_PLACES))
        self.fields["capacity"].error_messages["min_value"] = NO_PLACE
        self.fields["minutes"].error_messages |= {"min_value": timing.HOW_LONG, "max_value": timing.HOW_LONG}

    def defer_required_fields(self) -> None:
        super().defer_required_fields()
        self.instance.is_being_drafted = True

    def restore_required_fields(self) -> None:
        super().restore_required_fields()
        self.instance.is_being_drafted = False


WHEN = MultiFieldPanel(
    [
        FieldPanel("kind"),
        FieldPanel("date"),
        FieldPanel("start_time"),
        FieldPanel("zone", widget=ZoneSelect, required_on_save=True),
        FieldPanel("occurrence"),
        FieldPanel("minutes"),
    ],
    heading=_("What and when"),
)
WHERE = MultiFieldPanel([FieldPanel("place"), FieldPanel("join_link")], heading=_("Where"))
TAKING_PART = MultiFieldPanel(
    [
        FieldPanel("takes_registrations"),
        FieldPanel("capacity"),
        FieldPanel("registration_opens"),
        FieldPanel("registration_closes"),
    ],
    heading=_("Taking part"),
)
CANCELLED = MultiFieldPanel([FieldPanel("cancelled"), FieldPanel("cancelled_reason")], heading=_("Cancelled"))
RECORDING = MultiFieldPanel(
    [
        FieldPanel("recording_url"),
        FieldPanel("recording"),
        FieldPanel("captions"),
        FieldPanel("transcript"),
    ],
    heading=_("Recording"),
)

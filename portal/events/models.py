"""The events' tables: the calendar and the events are pages; registrations are what members produce."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.compat import HTTPMethod
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.documents import get_document_model_string
from wagtail.fields import StreamField

from portal.core.blocks import BodyBlock
from portal.core.models import BasePage
from portal.events import panels, timing
from portal.events.blocks import AgendaBlock, MaterialsBlock, SpeakerBlock
from portal.events.querysets import EventManager, RegistrationQuerySet
from taxonomy.fields import TaggedPage


class EventKind(models.TextChoices):
    """What sort of gathering it is."""

    TELECONFERENCE = "teleconference", _("Teleconference")
    BRIEFING = "briefing", _("Briefing")
    WEBCAST = "webcast", _("Webcast")
    CLINIC = "clinic", _("Clinic")
    MEETING = "meeting", _("Meeting")


class EventIndexPage(RoutablePageMixin, BasePage):
    """The calendar: what comes, what was, and what a member takes part in."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["events.EventPage"]
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]

    class Meta:
        verbose_name = _("calendar of events")

    @path("")
    def coming(self, request: HttpRequest) -> HttpResponse:
        from portal.events import views

        return views.coming(request, self)

    @path("past/")
    def past(self, request: HttpRequest) -> HttpResponse:
        from portal.events import views

        return views.past(request, self)

    @path("mine/")
    def mine(self, request: HttpRequest) -> HttpResponse:
        from portal.events import mine

        return mine.my_events(request, self)

    @path("mine/address/")
    def renew_address(self, request: HttpRequest) -> HttpResponse:
        from portal.events import mine

        return mine.change_address(request, self)


class EventPage(RoutablePageMixin, TaggedPage, BasePage):
    """One event. `date` and `start_time` are what clocks in `zone` show; `starts_at` and `ends_at` follow from them."""

    class Occurrence(models.TextChoices):
        """Which of the two, where the clocks are put back and show a time twice."""

        FIRST = "first", _("The first, before the clocks go back")
        SECOND = "second", _("The second, after the clocks went back")

    kind = models.CharField(_("kind"), max_length=14, choices=EventKind.choices, default=EventKind.TELECONFERENCE)
    date = models.DateField(_("date"), help_text=_("As the calendar shows it in the event's time zone."))
    start_time = models.TimeField(_("begins at"), help_text=_("As clocks show it in the event's time zone."))
    zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", help_text=_("The zone of the place where the event is at home.")
    )
    occurrence = models.CharField(
        _("if the clocks show this time twice"),
        max_length=6,
        choices=Occurrence.choices,
        default=Occurrence.FIRST,
        help_text=_("Matters only in the night when the clocks are put back."),
    )
    minutes = models.PositiveIntegerField(
        _("minutes"), default=60, help_text=_("How long it takes: five minutes to a week (10,080).")
    )
    starts_at = models.DateTimeField(_("begins"), editable=False, blank=True)
    ends_at = models.DateTimeField(_("ends"), editable=False, blank=True)
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Leave empty for an event that is online.")
    )
    join_link = models.URLField(
        _("link to join"),
        max_length=500,
        blank=True,
        help_text=_("Only those registered see it, and those who run the event."),
    )
    agenda = StreamField([("item", AgendaBlock())], blank=True, verbose_name=_("agenda"))
    speakers = StreamField([("speaker", SpeakerBlock())], blank=True, verbose_name=_("speakers"))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("more about it"))
    materials = StreamField(MaterialsBlock(required=False), blank=True, verbose_name=_("materials"))
    takes_registrations = models.BooleanField(
        _("members register"), default=True, help_text=_("Without it, the page only says when and where.")
    )
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, panels.NO_PLACE),
            MaxValueValidator(panels.MOST_PLACES, _("Leave this empty for as many as come.")),
        ],
        help_text=_("Empty: as many as come. Who registers when all are taken waits in line."),
    )
    registration_opens = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes = models.DateTimeField(
        _("registration closes"), null=True, blank=True, help_text=_("Empty: when the event begins.")
    )
    cancelled = models.BooleanField(
        _("cancelled"), default=False, help_text=_("Those registered are told when you publish.")
    )
    cancelled_reason = models.CharField(_("reason"), max_length=300, blank=True)
    recording_url = models.URLField(_("address of the recording"), max_length=500, blank=True)
    recording = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("or its file"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    captions = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("captions"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A recording is published with captions only: what is said, for those who do not hear it."),
    )
    transcript = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("transcript"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = EventManager()

    concept_schemes = ("topic", "service-line", "kit-stage", "level", "place")
    base_form_class = panels.EventForm
    parent_page_types: ClassVar[list[str]] = ["events.EventIndexPage", "groups.GroupPage"]
    subpage_types: ClassVar[list[str]] = []
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]
    # Set by the admin's form while it saves a draft.
    is_being_drafted = False

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        panels.WHEN,
        panels.WHERE,
        FieldPanel("agenda"),
        FieldPanel("speakers"),
        FieldPanel("body"),
        FieldPanel("materials"),
        panels.TAKING_PART,
        panels.CANCELLED,
        panels.RECORDING,
        *TaggedPage.concept_panels,
    ]

    class Meta:
        verbose_name = _("event")
        indexes = [
            models.Index(fields=["starts_at"], name="events_by_start"),
            models.Index(fields=["ends_at"], name="events_by_end"),
        ]

    def clean(self) -> None:
        """Each thing that does not fit gets a sentence at its field."""
        super().clean()
        problems = timing.problems(self)
        if not problems:
            self.starts_at, self.ends_at = timing.span(self)
            problems = timing.contradictions(self)
        if problems:
            raise ValidationError(problems)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Derives the moments. Raises ValidationError for a time that does not exist."""
        if kwargs.get("update_fields") is None:
            problems = timing.problems(self)
            if problems:
                raise ValidationError(problems)
            self.starts_at, self.ends_at = timing.span(self)
        return super().save(*args, **kwargs)

    def is_over(self, now: datetime | None = None) -> bool:
        return self.ends_at <= (now or timezone.now())

    def has_begun(self, now: datetime | None = None) -> bool:
        return self.starts_at <= (now or timezone.now())

    @property
    def closes_at(self) -> datetime:
        """When registration ends: as the lead says, or when the event begins."""
        return min(self.registration_closes or self.starts_at, self.starts_at)

    @path("")
    def read(self, request: HttpRequest) -> HttpResponse:
        from portal.events import views

        return views.event(request, self)

    @path("register/")
    def register(self, request: HttpRequest) -> HttpResponse:
        from portal.events import actions

        return actions.register(request, self)

    @path("cancel/")
    def cancel(self, request: HttpRequest) -> HttpResponse:
        from portal.events import actions

        return actions.cancel(request, self)

    @path("registrations/")
    def registrations_page(self, request: HttpRequest) -> HttpResponse:
        from portal.events import managing

        return managing.registrations(request, self)

    @path("registrations/export/")
    def export(self, request: HttpRequest) -> HttpResponse:
        from portal.events import managing

        return managing.export(request, self)

    @path("registrations/<id:pk>/remove/")
    def remove(self, request: HttpRequest, pk: int) -> HttpResponse:
        from portal.events import managing

        return managing.remove(request, self, pk)


class Registration(models.Model):
    """A member's place at an event, or in the line for one.

    `place` is the order in which people came, given out under the event's lock; who cancels and comes again stands at
    the end. `version` counts the changes, so that each is told by mail once. `day_reminder` and `hour_reminder` hold
    the beginning of which the member was reminded: a later beginning is reminded of anew.
    """

    class State(models.TextChoices):
        # In this order they stand in lists: "registered" before "waiting".
        REGISTERED = "registered", _("Registered")
        WAITING = "waiting", _("Waiting")
        CANCELLED = "cancelled", _("Cancelled")

    event = models.ForeignKey(
        EventPage, verbose_name=_("event"), on_delete=models.CASCADE, related_name="registrations"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        on_delete=models.CASCADE,
        related_name="event_registrations",
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    place = models.PositiveBigIntegerField(_("order"))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    registered_at = models.DateTimeField(_("registered"), null=True, blank=True)
    day_reminder = models.DateTimeField(null=True, blank=True)
    hour_reminder = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="events_one_registration"),
            models.UniqueConstraint(fields=["event", "place"], name="events_one_place"),
        ]
        indexes = [
            models.Index(fields=["event", "state", "place"], name="events_in_line"),
            models.Index(fields=["user", "state"], name="events_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.event_id}: {self.state}"

    @property
    def is_registered(self) -> bool:
        return self.state == self.State.REGISTERED

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class Announcement(models.Model):
    """What readers were last told of an event's time and place; not revisioned, so no old revision turns it back.

    `sequence` is the calendar file's: it grows with each published change.
    """

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, primary_key=True, related_name="announcement")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    place = models.CharField(max_length=200, blank=True)
    cancelled = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"event {self.event_id}: {self.sequence}"


class CalendarAddress(models.Model):
    """That a member has an address for a calendar program, and which one is good (see `portal.events.tokens`)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="calendar_address"
    )
    number = models.PositiveIntegerField(default=1)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"member {self.user_id}: {self.number}"

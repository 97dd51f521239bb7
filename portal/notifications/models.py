"""What members follow, how they want to hear of it, and what they are told."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.notifications.querysets import NotificationQuerySet, WatchQuerySet
from portal.notifications.verbs import Channel

KIND_LENGTH = 20
KEY_LENGTH = 400
VERB_LENGTH = 40
SOURCE_LENGTH = KIND_LENGTH + 1 + KEY_LENGTH


class Watch(models.Model):
    """A member follows something. A row that was ended stays: who has ended it is not made to follow it again by
    taking part."""

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches")
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    active = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind", "key"], name="notifications_one_watch")]
        indexes = [
            models.Index(
                fields=["kind", "key", "member"], condition=models.Q(active=True), name="notifications_watchers"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} follows {self.source}"

    @property
    def source(self) -> str:
        return f"{self.kind}:{self.key}"


class Setting(models.Model):
    """How a member wants to hear: by `verb`, or of what comes from one `source`, which goes before the verb, or of the
    verb as it comes from the source, which goes before both.

    Two rows are of their own: with neither verb nor source, the member wants no mail at all; with `DIGEST` in the
    place of a verb, the period of the digest.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=VERB_LENGTH, blank=True)
    source = models.CharField(max_length=SOURCE_LENGTH, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "verb", "source"], name="notifications_one_setting")]
        indexes = [models.Index(fields=["verb", "channel", "member"], name="notifications_chosen")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.verb or self.source or 'mail'} {self.channel}"


class Notification(models.Model):
    """One thing that one member is told, without its words, which are found when it is read (`verbs`).

    `channel` is what the member had chosen when it happened.
    """

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    verb = models.CharField(max_length=VERB_LENGTH)
    key = models.CharField(max_length=80)
    about = models.BigIntegerField()
    source = models.CharField(max_length=SOURCE_LENGTH, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "verb", "key"], name="notifications_told_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_inbox"),
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="notifications_unread"),
            models.Index(fields=["at"], name="notifications_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.key} to {self.recipient_id}"


class Telling(models.Model):
    """Watchers of places who are still to be told: the task's own memory, gone when all have been.

    `places` are pairs of kind and key, the nearest first; `after` is the last member who has been told.
    """

    verb = models.CharField(max_length=VERB_LENGTH)
    key = models.CharField(max_length=80)
    about = models.BigIntegerField()
    places = models.JSONField(default=list)
    also = models.JSONField(default=list)
    omitted = models.JSONField(default=list)
    source = models.CharField(max_length=SOURCE_LENGTH, blank=True)
    actor_id = models.BigIntegerField(null=True)
    after = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.verb} {self.key} after {self.after}"


class DigestRound(models.Model):
    """The digests of one period: whose are owed already, up to the member `after`, or everybody's (`done_at`)."""

    name = models.CharField(max_length=40, unique=True)
    after = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

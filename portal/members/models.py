"""What members say of themselves beside their account, whom they wrote to, and lists of people who are to be invited.

Name, affiliation and organisation are the account's (`portal.accounts`); who may see them is said here.
"""

import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.members.languages import language_names
from portal.members.querysets import MessageQuerySet, ProfileQuerySet, UploadQuerySet

ROLE_LENGTH = 120
ABOUT_LENGTH = 2000
MESSAGE_LENGTH = 4000
# How long an uploaded list waits to be confirmed.
UPLOAD_KEPT = timedelta(hours=24)


class Visibility(models.TextChoices):
    """Who sees one part of a profile. Each level includes those after it; the owner always sees all."""

    ALL = "all", _("Everybody")
    MEMBERS = "members", _("Members")
    NOBODY = "nobody", _("Nobody")


NAME_CHOICES = [(Visibility.ALL.value, Visibility.ALL.label), (Visibility.MEMBERS.value, Visibility.MEMBERS.label)]


def _shown(of: Any, **options: Any) -> Any:
    return models.CharField(of, max_length=8, default=Visibility.MEMBERS, **{"choices": Visibility.choices, **options})


def portrait_name(profile: "Profile", filename: str) -> str:
    """A name that nobody can guess, and that tells nothing of the file that was uploaded."""
    return f"portraits/{secrets.token_urlsafe(24)}.webp"


class Profile(models.Model):
    """A member as others may see them. `show_<part>` says who sees which part; `html` is `about` rendered.

    Its primary key is the user's id. Parts are changed by `portal.members.services` only, which tells search.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="profile",
    )
    role = models.CharField(_("role"), max_length=ROLE_LENGTH, blank=True)
    place = models.ForeignKey(
        "taxonomy.Concept",
        verbose_name=_("place"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"scheme__slug": "place"},
    )
    service_lines = models.ManyToManyField(
        "taxonomy.Concept", verbose_name=_("service lines"), blank=True, related_name="+"
    )
    ask_about = models.ManyToManyField("taxonomy.Concept", verbose_name=_("ask me about"), blank=True, related_name="+")
    languages = models.JSONField(_("languages"), default=list, blank=True)
    portrait = models.FileField(_("portrait"), upload_to=portrait_name, max_length=120, blank=True)
    about = models.TextField(_("about you"), max_length=ABOUT_LENGTH, blank=True)
    html = models.TextField(blank=True, editable=False)
    contactable = models.BooleanField(_("members may write to you through the portal"), default=True)

    show_name = _shown(_("who sees your name"), choices=NAME_CHOICES)
    show_organisation = _shown(_("who sees your organisation"))
    show_affiliation = _shown(_("who sees whom you work for"))
    show_role = _shown(_("who sees your role"))
    show_place = _shown(_("who sees your place"))
    show_service_lines = _shown(_("who sees your service lines"))
    show_ask_about = _shown(_("who sees what to ask you about"))
    show_languages = _shown(_("who sees your languages"))
    show_portrait = _shown(_("who sees your portrait"))
    show_about = _shown(_("who sees what you say about yourself"))
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(show_name__in=[Visibility.ALL, Visibility.MEMBERS]),
                name="members_name_is_for_members",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def url(self) -> str:
        return profile_url(self.pk)

    @property
    def language_names(self) -> list[str]:
        """The languages by name, in the order in which the member gave them."""
        return language_names(self.languages)


def profile_url(user_id: int) -> str:
    """The site-relative address of a member's profile."""
    return f"/members/{user_id}/"


class Message(models.Model):
    """One message from member to member, sent as a mail that shows neither address.

    `withheld`: the receiver had blocked the sender, who is not told. It is forgotten after `services.MESSAGES_KEPT`.
    """

    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages_sent")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages_received")
    text = models.TextField(max_length=MESSAGE_LENGTH)
    token = models.CharField(max_length=32, blank=True)
    withheld = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["sender", "token"], condition=~models.Q(token=""), name="members_one_message_a_token"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["sender", "-created_at"], name="members_sent")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Block(models.Model):
    """`owner` gets no messages from `blocked`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "blocked"], name="members_one_block"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("blocked")), name="members_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} blocks {self.blocked_id}"


class Upload(models.Model):
    """A mailing list that was read and waits to be confirmed. Its rows are dropped when it is, or after `UPLOAD_KEPT`.

    `rows` are those of `portal.members.importing.ImportRow`, as mappings.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)
    invited = models.PositiveIntegerField(default=0)

    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        return self.applied_at is None and self.created_at < timezone.now() - UPLOAD_KEPT

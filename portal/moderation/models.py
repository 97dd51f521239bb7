"""What is reported or held, what was done about it, and what members may not do for a while.

The room knows no other: a thing is a kind and a key (`portal.moderation.kinds`), its section the page below which it
stands. Erasing a member unlinks the name everywhere here and keeps what was done.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.core.text import render_markdown
from portal.moderation.querysets import ActQuerySet, CaseQuerySet

KIND_LENGTH = 20
KEY_LENGTH = 80
REASON_LENGTH = 500
WORDS_LENGTH = 1000


def _member(related_name: str = "+", **options: Any) -> Any:
    """A link to a member that ends with the account, whatever else is kept."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name=related_name, **options
    )


class Case(models.Model):
    """One thing that waits for a moderator, because it was reported or is held, until somebody has settled it.

    `page` is the section, by which those who run it find it; `author` wrote the thing, and is
    nobody if the name is withheld. A claim ends by itself (`services.CLAIM_LASTS`).
    """

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    class Outcome(models.TextChoices):
        ACTED = "acted", _("Something was done")
        DISMISSED = "dismissed", _("Nothing had to be done")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Not approved")

    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="+")
    author = _member()
    held = models.BooleanField(_("held"), default=False)
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    claimed_by = _member()
    claimed_at = models.DateTimeField(null=True)
    settled_by = _member()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    note = models.CharField(max_length=REASON_LENGTH, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(settled_at=None), name="moderation_one_open_case"
            )
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(settled_at=None), name="moderation_open_cases"),
            models.Index(fields=["kind", "key"], name="moderation_cases_of_a_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Report(models.Model):
    """What a member says is wrong with a thing."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("Advertising or spam")
        RUDE = "rude", _("Rude, or against a person")
        PRIVATE = "private", _("Shows something private or confidential")
        WRONG = "wrong", _("Wrong or misleading, and may do harm")
        PLACE = "place", _("Belongs elsewhere, or was asked before")
        OTHER = "other", _("Something else")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = _member("moderation_reports")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    words = models.CharField(_("what is wrong"), max_length=WORDS_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "reporter"], name="moderation_one_report_each")]
        indexes = [models.Index(fields=["reporter", "-created_at"], name="moderation_reports_of_member")]

    def __str__(self) -> str:
        return f"{self.reason} about case {self.case_id}"


class Act(models.Model):
    """One thing that a moderator did: who, when, what, on what, and why. The one trail (`portal.moderation.trail`).

    `member` is whom it concerns, who is told. `data` is what is needed to undo it and holds no names; `title` is what
    a topic or post was called then, and empty for members.
    """

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    name = models.CharField(max_length=40)
    by = _member()
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    title = models.CharField(max_length=200, blank=True)
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="+")
    member = _member()
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    data = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = _member()

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="moderation_acts_newest"),
            models.Index(fields=["kind", "key", "-at"], name="moderation_acts_on_a_thing"),
            models.Index(fields=["member", "-at"], name="moderation_acts_on_a_member"),
            models.Index(fields=["by", "-at"], name="moderation_acts_by_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.kind} {self.key}"


class Sanction(models.Model):
    """A warning, or that a member may not write (or not sign in) for a time. One row each; it is lifted, not deleted.

    What is in force at present stands with the account too (`User.suspended_until`), so that asking costs nothing.
    """

    class Kind(models.TextChoices):
        WARNING = "warning", _("Warned")
        SUSPENSION = "suspension", _("Suspended")
        BAN = "ban", _("Banned")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = _member()
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["member", "-at"], name="moderation_sanctions")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Filter(models.Model):
    """A word, or the host of a link, that posts may not have, or that lets them wait for a moderator."""

    class What(models.TextChoices):
        WORD = "word", _("Word or words")
        LINK = "link", _("Site of a link")

    class Then(models.TextChoices):
        HOLD = "hold", _("Hold the post for a moderator")
        REFUSE = "refuse", _("Refuse it with a sentence")

    what = models.CharField(_("what"), max_length=8, choices=What.choices, default=What.WORD)
    pattern = models.CharField(
        _("word or site"),
        max_length=120,
        help_text=_("Words are found whatever their case, accents and punctuation; a site with all below it."),
    )
    then = models.CharField(_("then"), max_length=8, choices=Then.choices, default=Then.HOLD)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("For colleagues: why it is listed."))

    class Meta:
        ordering = ["what", "pattern"]
        verbose_name = _("listed word or link")
        verbose_name_plural = _("listed words and links")
        constraints = [models.UniqueConstraint(fields=["what", "pattern"], name="moderation_listed_once")]

    def __str__(self) -> str:
        return self.pattern


class Guidelines(models.Model):
    """One version of the community's guidelines. The latest is in force; what members accepted is never changed."""

    text = models.TextField(_("text"), max_length=20_000, help_text=_("Markdown. A new version is a new entry."))
    news = models.CharField(_("what is new"), max_length=300, blank=True)
    html = models.TextField(editable=False)
    published_at = models.DateTimeField(_("in force since"), default=timezone.now, editable=False)
    must_accept = models.BooleanField(
        _("ask everybody"),
        default=True,
        help_text=_("Members are asked before they write again. Without it, who accepted an earlier one is not asked."),
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("version of the guidelines")
        verbose_name_plural = _("versions of the guidelines")

    def __str__(self) -> str:
        return f"{self.published_at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Lay the text out as it is saved, from whichever form."""
        self.html = render_markdown(self.text)
        super().save(*args, **kwargs)


class Acceptance(models.Model):
    """A member accepted a version of the guidelines."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    guidelines = models.ForeignKey(Guidelines, on_delete=models.PROTECT, related_name="acceptances")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "guidelines"], name="moderation_accepted_once")]

    def __str__(self) -> str:
        return f"{self.member_id} accepted {self.guidelines_id}"

"""The ground floor's tables: audiences, gates, the page cache's generation, and the base of every page."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.compat import HTTPMethod
from wagtail.models import Collection, Page, PageManager
from wagtail.query import PageQuerySet

from portal.core.sight import current
from portal.core.signals import content_changed
from portal.core.viewer import Viewer


class Audience(models.Model):
    """A set of conditions that must all hold (see `portal.core.audiences`). Row 1 is everybody."""

    key = models.CharField(max_length=255, unique=True, blank=True)

    def __str__(self) -> str:
        return self.key or "everybody"


class PageGate(models.Model):
    """The one audience of a page, kept by `portal.core.gates`. A page without a gate is seen by nobody."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="gate")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="gates")

    def __str__(self) -> str:
        return f"page {self.page_id}: {self.audience_id}"


class CollectionGate(models.Model):
    """The one audience of the files in a collection, kept by `portal.core.collection_gates`; without it: nobody.

    `section` is the page whose section the collection belongs to. It is not emptied when that page goes: files of a
    section that is no more are seen by nobody until an administrator has put them elsewhere.
    """

    collection = models.OneToOneField(Collection, on_delete=models.CASCADE, primary_key=True, related_name="gate")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="collection_gates")
    section = models.ForeignKey(
        Page, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="owned_collections"
    )

    def __str__(self) -> str:
        return f"collection {self.collection_id}: {self.audience_id}"


class CacheGeneration(models.Model):
    """One row whose number is part of every stored page's key (see `portal.core.pagecache`)."""

    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)


class NominatedPage(models.Model):
    """A page that began as a draft nominated on the boards (see `portal.core.nominated`)."""

    # What is nominated is not used: deleting the page breaks nothing.
    wagtail_reference_index_ignore = True

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="nominated")

    def __str__(self) -> str:
        return f"page {self.page_id}"


class TickRun(models.Model):
    """When a job of the clock last ran, and how it went (see `portal.core.ticks`). `claimed_until` is its lock."""

    name = models.CharField(max_length=80, unique=True)
    last_started = models.DateTimeField(null=True)
    last_finished = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    ok = models.BooleanField(default=True)
    message = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class ClosedSection(models.Model):
    """A page below which nothing is added any more (see `portal.core.closing`, which keeps `path` the page's own)."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="closed_section")
    path = models.CharField(max_length=255, db_index=True)
    closed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"page {self.page_id}"


class Letter(models.Model):
    """One mail that is owed to a member or an address (see `portal.core.letters`), sent or given up when settled."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="letters"
    )
    address = models.EmailField(blank=True)
    about = models.BigIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_letter_a_key")]
        indexes = [models.Index(fields=["created_at"], condition=models.Q(settled_at=None), name="letters_owed")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ProblemReport(models.Model):
    """What a reader says is wrong with a page. `email` only if the reader wants an answer."""

    page = models.CharField(_("page"), max_length=500, help_text=_("The address within the portal."))
    message = models.TextField(_("what is wrong"), max_length=4000)
    email = models.EmailField(_("e-mail address"), blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="problem_reports",
    )
    created_at = models.DateTimeField(_("reported"), auto_now_add=True)
    settled = models.BooleanField(_("settled"), default=False)
    note = models.TextField(_("note"), blank=True, help_text=_("For colleagues: what was done about it."))

    class Meta:
        ordering = ["settled", "-created_at"]
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")

    def __str__(self) -> str:
        return self.page


class VisiblePageQuerySet(PageQuerySet):
    """Pages, narrowed by who is looking."""

    def visible(self, viewer: Viewer) -> Self:
        """Live pages whose gate admits `viewer`."""
        return self.filter(live=True, gate__audience_id__in=viewer.audiences)


VisiblePageManager = PageManager.from_queryset(VisiblePageQuerySet)


class BasePage(Page):
    """What every page of the portal has: a summary for cards and search, its language, and its gate."""

    summary = models.TextField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences. They stand under the title, on cards and in search results."),
    )
    lang = models.CharField(
        _("language"), max_length=12, default="en", help_text=_("Language code of the text, such as en or fr-CA.")
    )

    objects = VisiblePageManager()

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary")]
    settings_panels: ClassVar[list[Any]] = [*Page.settings_panels, FieldPanel("lang")]
    # A password shared by e-mail is no audience: only "signed in" and "certain groups" are offered.
    private_page_options: ClassVar[list[str]] = ["login", "groups"]
    # A page is read; the few that take forms say so.
    allowed_http_methods: ClassVar[list[Any]] = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> Any:
        """What `user` may do with the page in the admin (see `portal.core.admin_access`)."""
        from portal.core.admin_access import SectionPermissionTester

        return SectionPermissionTester(user, self)

    def get_admin_display_title(self) -> str:
        """The title in the admin's lists; of a draft of it, only those who have a part in the page learn."""
        sight = current()
        if sight is not None and not sight.edits(self.path):
            return self.title
        return str(super().get_admin_display_title())

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save the page and its child rows, then tell the rooms above in the same transaction."""
        saved = super().save(*args, **kwargs)
        content_changed.send(sender=type(self), instance=self)
        return saved


class ReviewedPage(BasePage):
    """A page that says things which may cease to be so. Past `review_by`, its readers and search are told."""

    review_by = models.DateField(
        _("look at it again by"),
        null=True,
        blank=True,
        help_text=_("After this day the page and search say that it may be out of date. Empty: never."),
    )

    settings_panels: ClassVar[list[Any]] = [*BasePage.settings_panels, FieldPanel("review_by")]

    class Meta:
        abstract = True

    @property
    def is_stale(self) -> bool:
        return self.review_by is not None and self.review_by < timezone.localdate()

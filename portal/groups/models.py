"""Working groups: their pages, which leads write, and beside each page the group itself, which no draft changes."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.compat import HTTPMethod
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Collection

from portal.core.blocks import BodyBlock, SentencesBlock
from portal.core.models import BasePage
from portal.groups.blocks import AgendaBlock, ProductsBlock
from portal.groups.querysets import MembershipQuerySet
from taxonomy.fields import TaggedPage

INVITATION_LASTS = timedelta(days=30)
NOTE_LENGTH = 500


class GroupIndexPage(RoutablePageMixin, BasePage):
    """The working groups that the reader may see, and the door through which invited people come."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["groups.GroupPage"]
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]

    class Meta:
        verbose_name = _("working group index")

    @path("")
    def groups(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views

        return views.index(request, self)

    @path("mine/")
    def mine(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views

        return views.mine(request, self)

    @path("invitation/<id:pk>-<slug:secret>/")
    def invitation(self, request: HttpRequest, pk: int, secret: str) -> HttpResponse:
        from portal.groups import views_joining

        return views_joining.invitation(request, self, pk, secret)


class GroupPage(RoutablePageMixin, TaggedPage, BasePage):
    """What a working group says of itself. Who may see it, its state and its people are its `working_group`'s."""

    # Leads write below this page; only administrators delete, move, copy or unpublish it.
    is_section_root = True
    # Visibility is the group's own setting (`services.set_visibility`), so that there are not two masters.
    private_page_options: ClassVar[list[str]] = []

    body = StreamField(
        BodyBlock(), blank=True, verbose_name=_("charter"), help_text=_("Why the group exists and how it works.")
    )
    objectives = StreamField(SentencesBlock(), blank=True, verbose_name=_("objectives"))
    agenda_begins = models.DateField(
        _("agenda begins"),
        null=True,
        blank=True,
        help_text=_("A day of the agenda's month 1. With it the page says which month is now."),
    )
    agenda = StreamField(AgendaBlock(), blank=True, verbose_name=_("first-year agenda"))
    products = StreamField(ProductsBlock(), blank=True, verbose_name=_("products"))

    parent_page_types: ClassVar[list[str]] = ["groups.GroupIndexPage", "groups.GroupPage", "home.StandardPage"]
    subpage_types: ClassVar[list[str]] = [
        "groups.GroupNewsPage",
        "forums.BoardPage",
        "events.EventPage",
        "home.StandardPage",
        "groups.GroupPage",
    ]
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("objectives"),
        FieldPanel("agenda_begins"),
        FieldPanel("agenda"),
        FieldPanel("products"),
        *TaggedPage.concept_panels,
    ]

    class Meta:
        verbose_name = _("working group")

    @path("")
    def charter(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views

        return views.group(request, self)

    @path("members/")
    def members(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views

        return views.members(request, self)

    @path("documents/")
    def documents(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views

        return views.documents(request, self)

    @path("news/")
    def news(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views

        return views.news(request, self)

    @path("join/")
    def join(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views_joining

        return views_joining.join(request, self)

    @path("leave/")
    def leave(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views_joining

        return views_joining.leave(request, self)

    @path("desk/")
    def desk(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views_desk

        return views_desk.desk(request, self)

    @path("desk/requests/<id:pk>/")
    def request_to_join(self, request: HttpRequest, pk: int) -> HttpResponse:
        from portal.groups import views_desk

        return views_desk.request_to_join(request, self, pk)

    @path("desk/members/")
    def people(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views_desk

        return views_desk.people(request, self)

    @path("desk/members/<id:user_id>/")
    def person(self, request: HttpRequest, user_id: int) -> HttpResponse:
        from portal.groups import views_desk

        return views_desk.person(request, self, user_id)

    @path("desk/invitations/<id:pk>/")
    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        from portal.groups import views_desk

        return views_desk.revoke(request, self, pk)

    @path("settings/")
    def settings(self, request: HttpRequest) -> HttpResponse:
        from portal.groups import views_desk

        return views_desk.settings(request, self)


class GroupNewsPage(BasePage):
    """Something new from a working group."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types: ClassVar[list[str]] = ["groups.GroupPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "groups/news_page.html"

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("group news")


class State(models.TextChoices):
    """How a working group is. Archived groups can be read and searched, and nothing is added to them."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ARCHIVED = "archived", _("Archived")


class Joining(models.TextChoices):
    """How one becomes a member."""

    OPEN = "open", _("Open: every member of the portal may join")
    REQUEST = "request", _("By request: the leads answer")
    INVITATION = "invitation", _("By invitation only")


class Visibility(models.TextChoices):
    """Who sees the group's page and everything below it."""

    PUBLIC = "public", _("Everybody, also without an account")
    MEMBERS = "members", _("Every member of the portal")
    PRIVATE = "private", _("The members of the group only")


class WorkingGroup(models.Model):
    """The group behind a `GroupPage`, without revisions: no draft and no old version changes who may see or do what.

    Made by `services.found`. The two user groups are what audiences and Wagtail's permissions know of it, and follow
    `memberships` (see `rights`).
    """

    page = models.OneToOneField(GroupPage, on_delete=models.CASCADE, primary_key=True, related_name="working_group")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    joining = models.CharField(_("joining"), max_length=10, choices=Joining.choices, default=Joining.REQUEST)
    visibility = models.CharField(_("visibility"), max_length=7, choices=Visibility.choices, default=Visibility.PRIVATE)
    members_group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="members_of_working_group")
    leads_group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="leads_of_working_group")
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="working_group")

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")

    def __str__(self) -> str:
        return f"Group {self.pk}"

    @property
    def is_archived(self) -> bool:
        return self.state == State.ARCHIVED


class Role(models.TextChoices):
    """What a member of a group is in it. Deputies may do what leads may, but say who runs the group and change
    its settings."""

    LEAD = "lead", _("Lead")
    DEPUTY = "deputy", _("Deputy lead")
    MEMBER = "member", _("Member")


RUNNING = (Role.LEAD, Role.DEPUTY)


class Membership(models.Model):
    """Somebody in a group. These rows are the truth; the user groups follow them."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="group_memberships")
    role = models.CharField(_("role"), max_length=6, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="groups_one_membership")]
        indexes = [models.Index(fields=["group", "role"], name="groups_membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user_id} in group {self.group_id} as {self.role}"

    @property
    def runs_the_group(self) -> bool:
        return self.role in RUNNING


class Answer(models.TextChoices):
    """What became of a request to join."""

    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class JoinRequest(models.Model):
    """Somebody asks to join; `note` is the sentence that came with the answer."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.CharField(_("why you wish to join"), max_length=NOTE_LENGTH, blank=True)
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.WAITING)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "user"], condition=models.Q(answer="waiting"), name="groups_one_waiting_request"
            )
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="groups_requests_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} asks to join group {self.group_id}"


class GroupInvitation(models.Model):
    """An address that may join. Its link is made of `nonce` and the portal's secret, so these rows hold no keys."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    nonce = models.CharField(max_length=32, editable=False)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="groups_one_open_invitation",
            )
        ]
        indexes = [models.Index(fields=["invited_by", "-created_at"], name="groups_invitations_by_lead")]

    def __str__(self) -> str:
        return f"invitation {self.pk} to group {self.group_id}"

    @property
    def is_open(self) -> bool:
        """Neither used nor taken back, and not yet 30 days old."""
        return (
            self.accepted_at is None and self.revoked_at is None and timezone.now() - self.created_at < INVITATION_LASTS
        )

"""The forums' tables: the index and the boards are pages; topics and posts are what members produce in volume."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.compat import HTTPMethod
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page

from forums.querysets import PostQuerySet, TopicQuerySet
from portal.core.models import BasePage
from portal.core.urlpaths import page_url
from taxonomy.fields import TaggedPage

POSTS_PER_PAGE = 20
TITLE_LENGTH = 160
BODY_LENGTH = 20_000


class ForumIndexPage(RoutablePageMixin, BasePage):
    """Where a reader chooses a board, by level of government or by topic."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["forums.BoardPage"]
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]

    class Meta:
        verbose_name = _("forum index")

    @path("")
    def boards(self, request: HttpRequest) -> HttpResponse:
        from forums import views

        return views.boards(request, self)

    @path("questions/")
    def questions(self, request: HttpRequest) -> HttpResponse:
        from forums import views

        return views.questions(request, self)

    @path("ask/")
    def choose_board(self, request: HttpRequest) -> HttpResponse:
        from forums import views

        return views.choose_board(request, self)


class BoardPage(RoutablePageMixin, TaggedPage, BasePage):
    """A board: the questions of one level of government, about one topic, or of a working group. Its gate decides who
    sees its topics."""

    class Group(models.TextChoices):
        LEVEL = "level", _("By level of government")
        TOPIC = "topic", _("By topic")

    group = models.CharField(_("list under"), max_length=8, choices=Group.choices, default=Group.TOPIC)
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Lower numbers come first."))

    parent_page_types: ClassVar[list[str]] = ["forums.ForumIndexPage", "groups.GroupPage"]
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("group"),
        FieldPanel("order"),
        *TaggedPage.concept_panels,
    ]

    class Meta:
        verbose_name = _("board")

    @path("")
    def topic_list(self, request: HttpRequest) -> HttpResponse:
        from forums import views

        return views.topic_list(request, self)

    @path("new/")
    def ask(self, request: HttpRequest) -> HttpResponse:
        from forums import views

        return views.ask(request, self)

    @path("<id:pk>-<str:slug>/")
    def topic(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        from forums import views

        return views.topic(request, self, pk, slug)

    @path("topic/<id:pk>/<slug:action>/")
    def topic_action(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        from forums import actions

        return actions.topic_action(request, self, pk, action)

    @path("post/<id:pk>/")
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views

        return views.post(request, self, pk)

    @path("post/<id:pk>/edit/")
    def edit_post(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views

        return views.edit(request, self, pk)

    @path("post/<id:pk>/history/")
    def post_history(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views

        return views.history(request, self, pk)

    @path("post/<id:pk>/<slug:action>/")
    def post_action(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        from forums import actions

        return actions.post_action(request, self, pk, action)


class Topic(models.Model):
    """A question and what was said to it. The counters are kept by `forums.services` and set right by `recount`."""

    board = models.ForeignKey(BoardPage, verbose_name=_("board"), on_delete=models.PROTECT, related_name="topics")
    key = models.CharField(
        _("key"),
        max_length=120,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("The name under which a loader finds the topic again; members' topics have none."),
    )
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    slug = models.SlugField(_("slug"), max_length=80, db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    last_post_at = models.DateTimeField(_("last post"), default=timezone.now)
    about = models.ForeignKey(
        Page, verbose_name=_("about"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_post = models.OneToOneField(
        "forums.Post",
        verbose_name=_("accepted answer"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    locked = models.BooleanField(_("locked"), default=False, help_text=_("Nobody but moderators may answer."))
    pinned = models.BooleanField(_("pinned"), default=False, help_text=_("Stands first on its board."))
    hidden = models.BooleanField(_("hidden"), default=False, help_text=_("Only moderators see the topic."))
    post_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    reply_count = models.PositiveIntegerField(_("answers"), default=0, editable=False)
    concepts = models.ManyToManyField("taxonomy.Concept", verbose_name=_("concepts"), blank=True, related_name="+")

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        indexes = [
            models.Index(fields=["board", "-pinned", "-last_post_at", "-id"], name="forums_topic_by_activity"),
            models.Index(fields=["-last_post_at", "-id"], name="forums_topic_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """The site-relative address; reads `board`, so select it with the topic."""
        return topic_url(page_url(self.board), self.pk, self.slug)


class Post(models.Model):
    """A question (position 1) or an answer. `html` is `body` rendered and sanitised when it was written."""

    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    html = models.TextField(editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    hidden = models.BooleanField(_("hidden"), default=False, help_text=_("Only moderators see the post."))
    position = models.PositiveIntegerField(_("position"), editable=False)
    client_token = models.CharField(max_length=32, blank=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["topic", "position"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "position"], name="forums_one_post_per_position"),
            models.UniqueConstraint(
                fields=["author", "client_token"],
                condition=~models.Q(client_token=""),
                name="forums_one_post_per_token",
            ),
        ]
        indexes = [models.Index(fields=["author", "-created_at"], name="forums_post_by_author")]

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.position}"

    @property
    def is_question(self) -> bool:
        return self.position == 1

    @property
    def url(self) -> str:
        """The address of the post on its page of the topic; reads `topic.board`."""
        return post_url(self.topic.url, self.pk, self.position)


class PostVersion(models.Model):
    """What a post said before it was edited. Nothing that a member wrote is lost by editing."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"post {self.post_id} until {self.replaced_at:%Y-%m-%d %H:%M}"


def topic_url(board_url: str, pk: int, slug: str) -> str:
    """The address of a topic under `board_url`, which ends with a slash."""
    return f"{board_url}{pk}-{slug}/"


def post_url(topic_address: str, pk: int, position: int) -> str:
    """The address of a post. Posts are hidden, never deleted, so a position always stands on the same page."""
    page = (position - 1) // POSTS_PER_PAGE + 1
    return f"{topic_address}{f'?page={page}' if page > 1 else ''}#post-{pk}"

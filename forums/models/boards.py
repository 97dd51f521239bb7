"""Where questions stand: the index and the boards are pages, whose gates decide who sees what is on them."""

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.compat import HTTPMethod
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from portal.core.models import BasePage
from taxonomy.fields import TaggedPage

# Months. With none, everything on the board would go in the next night.
SHORTEST_KEPT = 1


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

    @path("latest/")
    def latest(self, request: HttpRequest) -> HttpResponse:
        from forums import views_lists

        return views_lists.latest(request, self)

    @path("feed/")
    def feed(self, request: HttpRequest) -> HttpResponse:
        from forums import feeds

        return feeds.of_concept(request, self)

    @path("read/")
    def read_all(self, request: HttpRequest) -> HttpResponse:
        from forums import views_lists

        return views_lists.read_all(request, self)

    @path("similar/")
    def similar(self, request: HttpRequest) -> HttpResponse:
        from forums import views_asking

        return views_asking.similar_topics(request)

    @path("drafts/")
    def drafts(self, request: HttpRequest) -> HttpResponse:
        from forums import views_writing

        return views_writing.drafts_list(request, self)


class BoardPage(RoutablePageMixin, TaggedPage, BasePage):
    """A board: the questions of one level of government, about one topic, or of a working group. Its gate decides who
    sees its topics."""

    class Group(models.TextChoices):
        LEVEL = "level", _("By level of government")
        TOPIC = "topic", _("By topic")

    group = models.CharField(_("list under"), max_length=8, choices=Group.choices, default=Group.TOPIC)
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Lower numbers come first."))
    holds_first_posts = models.BooleanField(
        _("hold first posts"),
        default=False,
        help_text=_("What somebody writes for the first time waits here until a moderator has seen it."),
    )
    kept_months = models.PositiveSmallIntegerField(
        _("keep topics for"),
        null=True,
        blank=True,
        validators=[MinValueValidator(SHORTEST_KEPT)],
        help_text=_("Months after the last post; then a topic is deleted. Empty: for ever."),
    )

    parent_page_types: ClassVar[list[str]] = ["forums.ForumIndexPage", "groups.GroupPage"]
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("group"),
        FieldPanel("order"),
        FieldPanel("holds_first_posts"),
        FieldPanel("kept_months"),
        *TaggedPage.concept_panels,
    ]

    class Meta:
        verbose_name = _("board")

    @path("")
    def topic_list(self, request: HttpRequest) -> HttpResponse:
        from forums import views_lists

        return views_lists.topic_list(request, self)

    @path("new/")
    def ask(self, request: HttpRequest) -> HttpResponse:
        from forums import views_asking

        return views_asking.ask(request, self)

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

    @path("read/")
    def read_all(self, request: HttpRequest) -> HttpResponse:
        from forums import views_lists

        return views_lists.read_all(request, self)

    @path("duplicate/<id:pk>/")
    def asked_before(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_keeping

        return views_keeping.duplicate(request, self, pk)

    @path("summary/<id:pk>/")
    def sum_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_keeping

        return views_keeping.summary(request, self, pk)

    @path("invite/<id:pk>/")
    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_keeping

        return views_keeping.invite(request, self, pk)

    @path("feed/")
    def feed(self, request: HttpRequest) -> HttpResponse:
        from forums import feeds

        return feeds.of_board(request, self)

    @path("feed/<id:pk>/")
    def topic_feed(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import feeds

        return feeds.of_topic(request, self, pk)

    @path("leads/")
    def leads(self, request: HttpRequest) -> HttpResponse:
        from forums import views_leads

        return views_leads.leads(request, self)

    @path("forward/<id:pk>/")
    def choose_forward(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_keeping

        return views_keeping.choose_forward(request, self, pk)

    @path("forward/<id:pk>/<slug:kind>/")
    def put_forward(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        from forums import views_keeping

        return views_keeping.put_forward(request, self, pk, kind)

    @path("write/<slug:what>/")
    def write(self, request: HttpRequest, what: str) -> HttpResponse:
        from forums import views_writing

        return views_writing.write(request, self, what)

    @path("concepts/<id:pk>/")
    def concepts_of_topic(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_asking

        return views_asking.concepts(request, self, pk)

    @path("moderate/post/<id:pk>/edit/")
    def correct_post(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_moderating

        return views_moderating.correct(request, self, pk)

    @path("moderate/topic/<id:pk>/move/")
    def move_topic(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_moderating

        return views_moderating.move(request, self, pk)

    @path("moderate/topic/<id:pk>/split/")
    def split_topic(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_moderating

        return views_moderating.split(request, self, pk)

    @path("moderate/topic/<id:pk>/merge/")
    def merge_topic(self, request: HttpRequest, pk: int) -> HttpResponse:
        from forums import views_moderating

        return views_moderating.merge(request, self, pk)

    @path("records/<slug:form>/")
    def board_record(self, request: HttpRequest, form: str) -> HttpResponseBase:
        from forums import views_records

        return views_records.of_board(request, self, form)

    @path("records/topic/<id:pk>/<slug:form>/")
    def topic_record(self, request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
        from forums import views_records

        return views_records.of_topic(request, self, pk, form)

    @path("files/")
    def upload(self, request: HttpRequest) -> HttpResponse:
        from forums import views_files

        return views_files.upload(request, self)


class BoardTally(models.Model):
    """How many topics of a board are shown, and how many of these wait for an answer (`forums.counting`).

    No columns of the board: whoever publishes a page writes back everything that its revision held.
    """

    board = models.OneToOneField(BoardPage, on_delete=models.CASCADE, primary_key=True, related_name="tally")
    topics = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.topics} topics on {self.board_id}, {self.waiting} waiting"

"""What members write: topics and their posts, and what a post said before."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from forums.models.boards import BoardPage
from forums.querysets import PostQuerySet, TopicQuerySet
from portal.core.urlpaths import page_url

POSTS_PER_PAGE = 20
TITLE_LENGTH = 160
# Characters, not bytes: what a person can count is the same in every script.
BODY_LENGTH = 65_536


class AuthorKey(models.ForeignKey):
    """Who wrote it. Wagtail's index of references would list, on the page of an account, what its owner wrote with the
    name withheld."""

    wagtail_reference_index_ignore = True

    def deconstruct(self) -> Any:
        """To migrations it is a foreign key like any other."""
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.ForeignKey", arguments, options


class Topic(models.Model):
    """A question and what was said to it. The counters are kept and set right by `forums.counting`.

    `withheld`: nobody but moderators learns who asked. `merged_into`: its posts stand in that topic now.
    `tallied_on`: the board in whose tally it stands, 0 for none; `tallied_waiting`: it stands there as waiting.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        DISCUSSION = "discussion", _("Discussion")
        CLINIC = "clinic", _("Problem clinic")
        ANNOUNCEMENT = "announcement", _("Announcement")

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
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.QUESTION)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    slug = models.SlugField(_("slug"), max_length=80, db_index=False)
    author = AuthorKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    last_post_at = models.DateTimeField(_("last post"), default=timezone.now)
    about = models.ForeignKey(
        Page, verbose_name=_("about"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withheld = models.BooleanField(_("name withheld"), default=False, help_text=_("Only moderators see who asked."))
    duplicate_of = models.ForeignKey(
        "self",
        verbose_name=_("asked before as"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="duplicates",
    )
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), on_delete=models.SET_NULL, null=True, blank=True, related_name="merged"
    )
    summary = models.TextField(_("summary"), blank=True, help_text=_("What came out of it, for who reads only this."))
    summary_html = models.TextField(editable=False, blank=True)
    summary_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    summary_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked = models.BooleanField(_("locked"), default=False, help_text=_("Nobody but moderators may answer."))
    pinned = models.BooleanField(_("pinned"), default=False, help_text=_("Stands first on its board."))
    hidden = models.BooleanField(_("hidden"), default=False, help_text=_("Only moderators see the topic."))
    held = models.BooleanField(
        _("held"),
        default=False,
        help_text=_("Hidden until a moderator has seen its question; its author sees it."),
    )
    post_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    reply_count = models.PositiveIntegerField(_("answers"), default=0, editable=False)
    accepted_count = models.PositiveIntegerField(_("accepted answers"), default=0, editable=False)
    affected_count = models.PositiveIntegerField(_("members with the same problem"), default=0, editable=False)
    tallied_on = models.BigIntegerField(default=0, editable=False)
    tallied_waiting = models.BooleanField(default=False, editable=False)
    concepts = models.ManyToManyField("taxonomy.Concept", verbose_name=_("concepts"), blank=True, related_name="+")

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            # Whatever leaves hidden topics out leaves held ones out by that.
            models.CheckConstraint(
                condition=models.Q(held=False) | models.Q(hidden=True), name="forums_held_topics_are_hidden"
            ),
        ]
        indexes = [
            models.Index(fields=["board", "-pinned", "-last_post_at", "-id"], name="forums_topic_by_activity"),
            models.Index(fields=["-last_post_at", "-id"], name="forums_topic_newest"),
            # The home page counts questions, and moderators what waits, without reading the topics themselves.
            models.Index(
                fields=[
                    "board",
                    "hidden",
                    "kind",
                    "reply_count",
                    "accepted_count",
                    "locked",
                    "duplicate_of",
                    "merged_into",
                ],
                name="forums_topic_counted",
            ),
            # What waits and what is solved is read in order too, however few of the topics that are.
            models.Index(fields=["board", "reply_count", "-last_post_at", "-id"], name="forums_topic_unanswered"),
            models.Index(fields=["reply_count", "-last_post_at", "-id"], name="forums_topic_waiting"),
            models.Index(
                fields=["board", "-last_post_at", "-id"],
                condition=models.Q(accepted_count__gt=0),
                name="forums_topic_solved",
            ),
            models.Index(
                fields=["-last_post_at", "-id"], condition=models.Q(accepted_count__gt=0), name="forums_topic_best"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_question(self) -> bool:
        """Whether it waits for an answer and can have one that is accepted."""
        return self.kind == self.Kind.QUESTION

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer: what `querysets.WAITS` asks the database."""
        is_over = self.hidden or self.locked or self.reply_count or self.accepted_count
        return self.is_question and not is_over and self.duplicate_of_id is None and self.merged_into_id is None

    @property
    def url(self) -> str:
        """The site-relative address; reads `board`, so select it with the topic."""
        return topic_url(page_url(self.board), self.pk, self.slug)


class Post(models.Model):
    """A question (position 1) or an answer. `html` is `body` rendered and sanitised when it was written."""

    # Wagtail would note, in a task after each post, that the topic is used by it.
    wagtail_reference_index_ignore = True

    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="posts")
    author = AuthorKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    html = models.TextField(editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    hidden = models.BooleanField(_("hidden"), default=False, help_text=_("Only moderators see the post."))
    withheld = models.BooleanField(
        _("name withheld"),
        default=False,
        help_text=_("Only moderators see who wrote it. It stays so wherever the post is moved."),
    )
    held = models.BooleanField(
        _("held"), default=False, help_text=_("Hidden until a moderator has seen it; its author sees it.")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    helped_count = models.PositiveIntegerField(_("members whom it helped"), default=0, editable=False)
    outdated_at = models.DateTimeField(_("said to be out of date"), null=True, blank=True, editable=False)
    position = models.PositiveIntegerField(_("position"), editable=False)
    client_token = models.CharField(max_length=32, blank=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["topic", "position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held=False) | models.Q(hidden=True), name="forums_held_posts_are_hidden"
            ),
            models.UniqueConstraint(fields=["topic", "position"], name="forums_one_post_per_position"),
            models.UniqueConstraint(
                fields=["author", "client_token"],
                condition=~models.Q(client_token=""),
                name="forums_one_post_per_token",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="forums_post_by_author"),
            # Few posts are accepted: found at once in a topic of thousands, and by their age for the leads.
            models.Index(
                fields=["topic", "accepted_at"],
                condition=models.Q(accepted_at__isnull=False),
                name="forums_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.position}"

    @property
    def is_question(self) -> bool:
        return self.position == 1

    @property
    def permalink(self) -> str:
        """The address that leads to the post wherever its topic is moved; reads `topic.board`."""
        return f"{page_url(self.topic.board)}post/{self.pk}/"

    @property
    def shown_author(self) -> str:
        """The name that everybody may read; reads `author`, unless it is withheld."""
        name = "" if self.withheld or self.author is None else self.author.name
        return shown_name(name, withheld=self.withheld)

    @property
    def url(self) -> str:
        """The address of the post on its page of the topic; reads `topic.board`."""
        return post_url(self.topic.url, self.pk, self.position)


class PostVersion(models.Model):
    """What a post said before it was edited. Nothing that a member wrote is lost by editing.

    `was_seen`: readers could see it so. `file_ids` are the files that stood beside it.
    """

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    was_seen = models.BooleanField(default=False)
    file_ids = models.JSONField(default=list)

    class Meta:
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"post {self.post_id} until {self.replaced_at:%Y-%m-%d %H:%M}"


def shown_name(name: str | None, *, withheld: bool) -> str:
    """The name of an author that everybody may read."""
    return gettext("Name withheld") if withheld else name or gettext("A former member")


def topic_url(board_url: str, pk: int, slug: str) -> str:
    """The address of a topic under `board_url`, which ends with a slash."""
    return f"{board_url}{pk}-{slug}/"


def post_url(topic_address: str, pk: int, position: int) -> str:
    """The address of a post. Posts are hidden, never deleted, so a position always stands on the same page."""
    page = (position - 1) // POSTS_PER_PAGE + 1
    return f"{topic_address}{f'?page={page}' if page > 1 else ''}#post-{pk}"

"""What members do beside writing: they read, are helped, have the same problem, and ask others to answer."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from forums.models.boards import BoardPage
from forums.models.topics import Post, Topic


class ReadMark(models.Model):
    """How far a member has read in a topic: up to the post at `position`."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="read_marks")
    position = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="forums_one_read_mark")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.topic_id} up to {self.position}"


class CaughtUp(models.Model):
    """Everything on a board, or on all where there is none, that was last alive before `at` counts as read."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="caught_up")
    board = models.ForeignKey(BoardPage, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "board"], name="forums_caught_up_on_a_board"),
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(board=None), name="forums_caught_up_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.board_id or 'all boards'} until {self.at:%Y-%m-%d %H:%M}"


class Helped(models.Model):
    """An answer helped a member."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="helped")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="forums_helped_once")]

    def __str__(self) -> str:
        return f"post {self.post_id} helped {self.member_id}"


class Affected(models.Model):
    """A member has the problem of a topic too."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="affected")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="forums_affected_once")]

    def __str__(self) -> str:
        return f"{self.member_id} has the problem of {self.topic_id} too"


class AskedToAnswer(models.Model):
    """A member was asked by name to answer a question."""

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="asked_to_answer")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="forums_asked_once")]

    def __str__(self) -> str:
        return f"{self.member_id} was asked to answer {self.topic_id}"


class PutForward(models.Model):
    """What became of a good answer: the thing of another room that was nominated from it, as kind and key."""

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="put_forward")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "kind"], name="forums_put_forward_once")]

    def __str__(self) -> str:
        return f"post {self.post_id} as {self.kind} {self.key}"

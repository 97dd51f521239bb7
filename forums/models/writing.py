"""What belongs to writing: drafts, which survive a crash of the browser, and files beside a post."""

from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.utils import timezone

from forums.models.topics import TITLE_LENGTH, Post

NAME_LENGTH = 160


class Draft(models.Model):
    """What a member has typed and not posted. `place` says where: "ask:<board>", "answer:<topic>", "edit:<post>".

    `data` holds what the form says besides (`forums.besides`).
    """

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="forum_drafts")
    place = models.CharField(max_length=40)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "place"], name="forums_one_draft_a_place")]

    def __str__(self) -> str:
        return f"{self.place} of {self.member_id}"


def file_name(attachment: "Attachment", name: str) -> str:
    """Where the file is kept: nobody guesses the folder, and a program shows the name."""
    return f"attachments/{attachment.key}/{name}"


class Attachment(models.Model):
    """A file beside a post. Who may have it is whoever may see the post, on whatever board that stands by now.

    Without a `post` it was sent and not posted yet, and is forgotten after a while. `key` stands in its address.
    """

    # Wagtail would list, on the page of an account, what belongs to words under a withheld name.
    wagtail_reference_index_ignore = True

    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="attachments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    file = models.FileField(max_length=200, upload_to=file_name)
    name = models.CharField(max_length=NAME_LENGTH)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["author", "created_at"], name="forums_files_of_an_author")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return f"/files/{self.key}/{quote(self.name, safe='')}"


class AttachmentText(models.Model):
    """What the file says, for search; "" for one that cannot be read or has no words. Without it nobody read it yet.

    `missed_at` is when its storage last did not give it. Apart from the file's own row, which pages read.
    """

    wagtail_reference_index_ignore = True

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, primary_key=True, related_name="read_text")
    text = models.TextField(blank=True)
    missed_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return str(self.attachment_id)

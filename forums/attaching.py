"""The part of a post's form that takes files. What was sent is kept whatever is wrong with the text."""

from dataclasses import dataclass, field

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import ngettext

from forums import files
from forums.accepting import accepted
from forums.files import FileRow, row_of
from forums.models import Attachment, Post
from portal.accounts.models import User
from portal.accounts.signing_in import member_of

FIELD, CHOSEN = "files", "attached"
# The part of the form says so: what comes without it takes no file away from a post.
PART = "attaching"


@dataclass(slots=True)
class Attaching:
    """The files that a form has by now, and sentences about those that were not taken."""

    files: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[FileRow]:
        return [row_of(attachment) for attachment in self.files]


def read(request: HttpRequest, form: forms.Form, post: Post | None = None) -> Attaching:
    """What the form was sent with; before it was sent, the files of the `post` that is edited.

    It hangs on the form as `attaching`, and what was not taken becomes an error of the form.
    """
    if form.is_bound:
        member = member_of(request)
        stay = request.POST.getlist(CHOSEN) if PART in request.POST or post is None else _keys(post)
        attaching = Attaching(files.chosen(stay, member, post))
        take(request.FILES.getlist(FIELD), member, attaching)
        for problem in attaching.problems:
            form.add_error(None, problem)
    else:
        attaching = Attaching(files.chosen(_keys(post), post.author, post) if post and post.author else [])
    form.attaching = attaching  # type: ignore[attr-defined]
    return attaching


def _keys(post: Post) -> list[str]:
    return list(post.attachments.values_list("key", flat=True))


def take(uploads: list[UploadedFile], member: User, attaching: Attaching) -> None:
    """Keep each of `uploads` that may stand beside a post, and say why the others may not."""
    most = settings.FORUM_FILES_A_POST
    for upload in uploads:
        if len(attaching.files) >= most:
            sentence = ngettext("A post may have %(most)d file.", "A post may have %(most)d files.", most)
            attaching.problems.append(sentence % {"most": most})
            return
        try:
            file = accepted(upload)
        except forms.ValidationError as error:
            attaching.problems.append(error.messages[0])
            continue
        if problem := files.room_problem(member, len(file.content)):
            attaching.problems.append(problem)
            return
        attaching.files.append(files.keep(member, file))

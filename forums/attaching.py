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
from forums.models import Attachment, Draft, Post
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


def read(request: HttpRequest, form: forms.Form, post: Post | None = None, draft: Draft | None = None) -> Attaching:
    """What the form was sent with; before it was sent, the files of its `draft`, or of the `post` that is edited.

    It hangs on the form as `attaching`, and what was not taken becomes an error of the form.
    """
    if form.is_bound:
        attaching = sent(request, post)
        for problem in attaching.problems:
            form.add_error(None, problem)
        form.attaching = attaching  # type: ignore[attr-defined]
        return attaching
    kept = draft.data.get(CHOSEN) if draft else None
    return begin(form, member_of(request), _keys(post) if kept is None and post else kept or [], post)


def sent(request: HttpRequest, post: Post | None = None) -> Attaching:
    """What a form was sent with: files from before, and those that come with it, which are kept from now on."""
    member = member_of(request)
    stay = request.POST.getlist(CHOSEN) if PART in request.POST or post is None else _keys(post)
    attaching = Attaching(files.chosen(stay, member, post))
    take(request.FILES.getlist(FIELD), member, attaching)
    return attaching


def begin(form: forms.Form, member: User, keys: list[str], post: Post | None = None) -> Attaching:
    """Let a form that was not sent yet have those of the files that its writer may still put there."""
    attaching = Attaching(files.chosen(keys, member, post))
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

"""Files beside posts: kept when they are sent, shown with their post, gone with it.

Who may have a file is whoever may see its post, wherever that stands by now; before it is posted,
nobody but who sent it.
"""

import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from forums import file_texts
from forums.accepting import SHOWN, Accepted
from forums.models import Attachment, Draft, Post
from portal.accounts.models import User
from portal.core import pagecache
from portal.core.viewer import Viewer
from portal.search import services as search

# How long what was sent and not posted is kept, unless it stands in a draft.
UNPOSTED = timedelta(days=1)
AT_ONCE = 500
_KEY = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as pages show it. `markdown` is what places it in a text."""

    key: str
    name: str
    url: str
    size: str
    is_picture: bool
    markdown: str


def row_of(attachment: Attachment) -> FileRow:
    is_picture = attachment.media_type in SHOWN
    # Brackets in the words of a link would end them.
    words = attachment.name.replace("[", "(").replace("]", ")")
    markdown = f"{'!' if is_picture else ''}[{words}]({attachment.url})"
    return FileRow(
        attachment.key, attachment.name, attachment.url, filesizeformat(attachment.size), is_picture, markdown
    )


def visible(viewer: Viewer) -> "QuerySet[Attachment, Attachment]":
    """Files of the posts that `viewer` sees, and his or her own: not posted yet, or of a hidden or held post."""
    found = Q(post__in=Post.objects.visible(viewer))
    if viewer.user_id is not None:
        on_seen_board = Q(post__topic__board__live=True, post__topic__board__gate__audience_id__in=viewer.audiences)
        found |= Q(author=viewer.user_id) & (Q(post=None) | on_seen_board)
    return Attachment.objects.filter(found)


def of_posts(post_ids: Collection[int]) -> dict[int, list[FileRow]]:
    """The files of posts that the viewer sees, in the order in which they were sent: one query."""
    rows: dict[int, list[FileRow]] = {}
    for attachment in Attachment.objects.filter(post__in=post_ids).order_by("pk"):
        rows.setdefault(attachment.post_id or 0, []).append(row_of(attachment))
    return rows


def possible(keys: Iterable[str]) -> list[str]:
    """Those that a form of ours may hold: for no others need a database be asked."""
    return list(filter(_KEY.fullmatch, keys))[: settings.FORUM_FILES_A_POST]


def chosen(keys: Iterable[str], author: User, post: Post | None = None) -> list[Attachment]:
    """Those of `keys` that `author` has sent and not posted, or that stand beside `post`."""
    wanted = possible(keys)
    if not wanted:
        return []
    free = Q(author=author, post=None)
    found = Attachment.objects.filter(free | Q(post=post) if post else free, key__in=wanted)
    return list(found.order_by("pk"))


def room_problem(author: User, size: int) -> str:
    """A sentence if `author` has no room for another `size` bytes, else ""."""
    quota = settings.FORUM_FILES_A_MEMBER
    used = Attachment.objects.filter(author=author).aggregate(used=Sum("size"))["used"] or 0
    if used + size <= quota:
        return ""
    sentence = _("You have %(used)s of files here, and may have %(quota)s. Take away some that nobody needs.")
    return sentence % {"used": filesizeformat(used), "quota": filesizeformat(quota)}


@transaction.atomic
def keep(author: User, file: Accepted) -> Attachment:
    """Keep what `author` has sent, for nobody else to see until it is posted."""
    attachment = Attachment(
        author=author,
        key=secrets.token_urlsafe(18),
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
    )
    attachment.file.save(file.name, ContentFile(file.content), save=False)
    attachment.save()
    return attachment


@transaction.atomic
def attach(post: Post, files: Iterable[Attachment]) -> bool:
    """Let exactly these files stand beside `post`; those that stood there and no longer do are deleted.

    Search forgets these at once, and hears of new ones from a task.
    """
    wanted = {file.pk: file for file in files}
    before = set(post.attachments.values_list("pk", flat=True))
    added = Attachment.objects.filter(pk__in=wanted.keys() - before, post=None).update(post=post)
    left, _rows = Attachment.objects.filter(pk__in=before - wanted.keys()).delete()
    if left:
        search.index("topic", [post.topic_id])
    for pk, file in wanted.items():
        if pk not in before and file.media_type not in SHOWN:
            file_texts.read.enqueue(pk)
    if added or left:
        pagecache.bump()
    return bool(added or left)


def forget_unposted() -> int:
    """Delete what was sent more than a day ago, is beside no post and in no draft. How many files."""
    forgotten = last = 0
    old = Attachment.objects.filter(post=None, created_at__lt=timezone.now() - UNPOSTED).order_by("pk")
    while batch := list(old.filter(pk__gt=last).values_list("pk", "author_id", "key")[:AT_ONCE]):
        last = batch[-1][0]
        begun = Draft.objects.filter(member__in={author for _pk, author, _key in batch}).values_list("member", "data")
        kept = {(author, key) for author, data in begun for key in data.get("attached", [])}
        gone = [pk for pk, *whose in batch if tuple(whose) not in kept]
        forgotten += Attachment.objects.filter(pk__in=gone, post=None).delete()[0]
    return forgotten

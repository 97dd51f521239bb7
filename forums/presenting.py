"""A topic as its page shows it: what each post says to this viewer, and which buttons stand beside it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forums import access
from forums import files as beside
from forums.files import FileRow
from forums.listings import PostRow, chips_of
from forums.models import Topic, post_url
from portal.core import references
from portal.core.markup import ago
from portal.core.text import plain_text
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer

DESCRIPTION = 200


@dataclass(slots=True)
class ShownPost:
    """One post with what the viewer may see of it and do with it; `posted` and `edited` say how long ago, as markup."""

    pk: str
    is_question: bool
    hidden: bool
    author: str
    author_url: str
    works_for: str
    affiliation: str
    organisation: str
    posted: str
    edited: str
    accepted: bool
    removed: bool
    html: str
    may_accept: bool
    may_edit: bool
    may_read_history: bool
    files: list[FileRow]


class TopicPage:
    """The posts on one page of a topic, and what the viewer may do there."""

    def __init__(self, topic: Topic, viewer: Viewer, rows: list[PostRow]) -> None:
        self.topic = topic
        self.viewer = viewer
        self.url = topic.url
        self.board_url = page_url(topic.board)
        self.may_answer = access.can_answer(viewer, topic)
        self.may_moderate = access.can_moderate(viewer)
        self._may_accept = access.can_accept(viewer, topic)
        authors = {str(row.author_id) for row in rows if row.author_id is not None}
        self._profiles = references.resolve("member", authors, viewer)
        self._files = beside.of_posts([row.pk for row in rows])
        self.posts = [self._shown(row) for row in rows]

    def _shown(self, row: PostRow) -> ShownPost:
        removed = row.hidden and not self.may_moderate
        own = self.viewer.user_id is not None and row.author_id == self.viewer.user_id
        accepted = row.pk == self.topic.accepted_post_id
        profile = self._profiles.get(str(row.author_id))
        return ShownPost(
            # A text: templates write numbers in the reader's language, which costs, and an id is no number to read.
            pk=str(row.pk),
            is_question=row.position == 1,
            hidden=row.hidden,
            works_for=row.works_for,
            affiliation=row.affiliation,
            organisation=row.organisation,
            posted=ago(row.created_at),
            edited=ago(row.edited_at),
            author=row.author or _("A former member"),
            author_url=profile.url if profile else "",
            accepted=accepted,
            removed=removed,
            html="" if removed else row.html,
            may_accept=self._may_accept and row.position > 1 and not row.hidden,
            may_edit=own and not row.hidden and self.may_answer,
            may_read_history=row.edited_at is not None and (self.may_moderate or own),
            files=[] if removed else self._files.get(row.pk, []),
        )

    @property
    def description(self) -> str:
        """The first words of the question, for search engines and shared links; "" on later pages."""
        first = self.posts[0] if self.posts else None
        return plain_text(first.html)[:DESCRIPTION] if first and first.is_question else ""

    @property
    def accepted_url(self) -> str:
        """The address of the accepted answer, "" without one."""
        post = self.topic.accepted_post
        return post_url(self.url, post.pk, post.position) if post else ""

    @property
    def accepted_author(self) -> str:
        post = self.topic.accepted_post
        return (post.author.name if post and post.author else "") or _("A former member")

    @property
    def about_url(self) -> str:
        """The address of the page that the question is about, if the viewer may see it."""
        about = self.topic.about
        gate = getattr(about, "gate", None)
        if about is None or not about.live or gate is None or gate.audience_id not in self.viewer.audiences:
            return ""
        return page_url(about)

    @property
    def chips(self) -> list[tuple[str, str]]:
        return chips_of([self.topic.pk]).get(self.topic.pk, [])

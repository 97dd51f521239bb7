"""A topic as its page shows it: what each post says to this viewer, and which buttons stand beside it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums import access
from forums.answers import accepted_of, own_of, same_questions
from forums.forwarding import became_of
from forums.listings import PostRow, chips_of
from forums.models import Topic, post_url
from portal.core import nominating, references
from portal.core.closing import is_closed
from portal.core.markup import ago
from portal.core.references import Link
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
    helped: str
    helped_me: bool
    may_press_helped: bool
    outdated: str
    may_say_outdated: bool
    may_say_current: bool
    became: list[tuple[str, Link]]
    forward: list[tuple[str, str]]
    may_accept: bool
    may_edit: bool
    may_read_history: bool


@dataclass(slots=True)
class ShownAccepted:
    """An accepted answer, named at the top of its topic."""

    url: str
    author: str
    outdated: bool


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
        self.may_be_affected = access.can_be_affected(viewer, topic)
        self.own = own_of(topic, viewer)
        self.original, self.again = same_questions(topic, viewer, asked_again=self.own.asked_again)
        self.may_invite = access.can_invite(viewer, topic)
        self.may_mark_duplicate = access.can_accept(viewer, topic)
        self.may_summarise = access.can_lead(viewer, topic.board)
        authors = {str(row.author_id) for row in rows if row.author_id is not None}
        self._profiles = references.resolve("member", authors, viewer)
        forwarded = [row.pk for row in rows if row.put_forward]
        self._became = became_of(forwarded, viewer) if forwarded else {}
        self._forward = _forward(topic, viewer)
        self.posts = [self._shown(row) for row in rows]
        self.accepted = [
            ShownAccepted(
                post_url(self.url, row.pk, row.position),
                row.author or _("A former member"),
                row.outdated_at is not None,
            )
            for row in accepted_of(topic, rows)
        ]

    def _shown(self, row: PostRow) -> ShownPost:
        removed = row.hidden and not self.may_moderate
        own = self.viewer.user_id is not None and row.author_id == self.viewer.user_id
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
            accepted=row.accepted_at is not None,
            removed=removed,
            html="" if removed else row.html,
            helped=_helped(row.helped_count) if row.helped_count else "",
            helped_me=row.helped_me,
            outdated=ago(row.outdated_at),
            may_say_outdated=self.may_answer and row.position > 1 and not row.hidden and row.outdated_at is None,
            may_say_current=row.outdated_at is not None and (self._may_accept or (own and self.may_answer)),
            became=self._became.get(row.pk, []),
            forward=self._forward if row.position > 1 and not row.hidden and not row.put_forward else [],
            may_press_helped=access.press_helped(
                self.viewer, self.topic, row.author_id, answers=row.position > 1 and not row.hidden
            ),
            may_accept=self._may_accept and row.position > 1 and not row.hidden,
            may_edit=own and not row.hidden and self.may_answer,
            may_read_history=row.edited_at is not None and (self.may_moderate or own),
        )

    @property
    def description(self) -> str:
        """The first words of the question, for search engines and shared links; "" on later pages."""
        first = self.posts[0] if self.posts else None
        return plain_text(first.html)[:DESCRIPTION] if first and first.is_question else ""

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

    @property
    def affected(self) -> str:
        number = self.topic.affected_count
        words = ngettext("%(number)d member has this problem too", "%(number)d members have this problem too", number)
        return words % {"number": number} if number else ""


def _forward(topic: Topic, viewer: Viewer) -> list[tuple[str, str]]:
    """(name, what it is in words) of the things that an answer of `topic` can be put forward as."""
    if not viewer.is_member or topic.hidden or not access.has_feed(viewer, topic.board):
        return []
    return [] if is_closed(topic.board) else [(kind.name, str(kind.label)) for kind in nominating.kinds()]


def _helped(number: int) -> str:
    return ngettext("Helped %(number)d member", "Helped %(number)d members", number) % {"number": number}

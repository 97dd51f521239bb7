"""A topic as its page shows it: what each post says to this viewer, and which buttons stand beside it."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from forums import access, mentions, unfurling
from forums import files as beside
from forums.answers import accepted_of, own_of, same_questions
from forums.files import FileRow
from forums.forwarding import Forwarded, became_of, keys_in
from forums.listings import PostRow, chips_of
from forums.models import Topic, post_url, shown_name
from portal.core import references
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
    held: bool
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
    may_put_forward: bool
    may_accept: bool
    may_edit: bool
    may_read_history: bool
    withheld: bool
    may_quote: bool
    may_report: bool
    files: list[FileRow]


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
        self.key = str(topic.pk)
        self.board_url = page_url(topic.board)
        self.own = own_of(topic, viewer)
        self.may_answer = access.can_answer(viewer, topic)
        self._is_open = access.is_open_to(viewer, topic)
        self.may_moderate = access.can_lead(viewer, topic.board)
        self.may_look_up_names = access.can_look_up_names(viewer)
        self.may_tag = access.can_tag(viewer, topic)
        self._may_accept = self.may_mark_duplicate = access.can_accept(viewer, topic)
        self.may_be_affected = access.can_be_affected(viewer, topic)
        self.original, self.again = same_questions(topic, viewer, asked_again=self.own.asked_again)
        self.may_invite = access.can_invite(viewer, topic)
        self.may_summarise = self.may_moderate and access.takes_summary(viewer, topic)
        authors = {str(row.author_id) for row in rows if row.author_id is not None}
        texts = [topic.summary_html, *(row.html for row in rows)]
        mentioned = {str(pk) for text in texts for pk in mentions.mentioned(text)}
        self._profiles = references.resolve("member", authors | mentioned, viewer)
        self._became = became_of({row.pk: keys_in(row.put_forward) for row in rows if row.put_forward}, viewer)
        self._may_put_forward = not topic.hidden and access.can_put_forward_from(viewer, topic.board)
        # Of what is held others see nothing, not even that it is there.
        rows = [row for row in rows if not row.held or self.may_moderate or self._is_own(row)]
        # So far its reader has read the topic with this page.
        self.read = max((row.position for row in rows), default=0)
        with_files = [row.pk for row in rows if row.has_files and not self._is_removed(row)]
        self._files = beside.of_posts(with_files) if with_files else {}
        shown = ["" if self._is_removed(row) else row.html for row in rows]
        summary, *unfurled = unfurling.unfurled([topic.summary_html, *shown], viewer)
        self.summary = mentions.renamed(summary, self._profiles)
        self.posts = [
            self._shown(row, mentions.renamed(html, self._profiles)) for row, html in zip(rows, unfurled, strict=True)
        ]
        self.accepted = [
            ShownAccepted(post_url(self.url, row.pk, row.position), row.shown_author, row.outdated_at is not None)
            for row in accepted_of(topic, rows)
        ]

    def _is_own(self, row: PostRow) -> bool:
        return self.viewer.user_id is not None and row.author_id == self.viewer.user_id

    def _is_removed(self, row: PostRow) -> bool:
        """Whether the reader learns only that something stood there."""
        return row.hidden and not self.may_moderate and not (row.held and self._is_own(row))

    def _shown(self, row: PostRow, html: str) -> ShownPost:
        own = self._is_own(row)
        is_answer = row.position > 1 and not row.hidden
        nameless = row.withheld and not own
        profile = None if nameless else self._profiles.get(str(row.author_id))
        forwarded = self._became.get(row.pk) or Forwarded()
        return ShownPost(
            # A text: templates write numbers in the reader's language, which costs, and an id is no number to read.
            pk=str(row.pk),
            is_question=row.position == 1,
            hidden=row.hidden,
            held=row.held,
            works_for="" if nameless else row.works_for,
            affiliation="" if nameless else row.affiliation,
            organisation="" if nameless else row.organisation,
            posted=ago(row.created_at),
            edited=ago(row.edited_at),
            author=shown_name(row.author, withheld=nameless),
            author_url=profile.url if profile else "",
            accepted=row.accepted_at is not None,
            removed=self._is_removed(row),
            html=html,
            helped=_helped(row.helped_count) if row.helped_count else "",
            helped_me=row.helped_me,
            outdated=ago(row.outdated_at),
            may_say_outdated=self.may_answer and is_answer and row.outdated_at is None,
            may_say_current=row.outdated_at is not None and (self._may_accept or (own and self.may_answer)),
            became=forwarded.shown,
            may_put_forward=self._may_put_forward and is_answer and not forwarded.is_everything,
            may_press_helped=access.press_helped(self.viewer, self.topic, row.author_id, answers=is_answer),
            may_accept=self._may_accept and is_answer,
            may_edit=own and (row.held or not row.hidden) and self._is_open,
            may_read_history=row.edited_at is not None and (self.viewer.is_moderator or own),
            withheld=row.withheld,
            may_quote=self.may_answer and not row.hidden,
            may_report=self.viewer.is_member and not own and not row.hidden,
            files=self._files.get(row.pk, []),
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


def _helped(number: int) -> str:
    return ngettext("Helped %(number)d member", "Helped %(number)d members", number) % {"number": number}

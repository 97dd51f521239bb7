"""What moderators type and choose on a board."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.forms import PostForm, TitledPostForm
from forums.models import TITLE_LENGTH, BoardPage, Post, Topic
from forums.references import number_in
from portal.core.text import plain_text
from portal.core.typed import LineField
from portal.moderation.forms import reason_field

AnyForm = forms.Form
EXCERPT = 90


class CorrectForm(PostForm):
    """A post's text, changed by a moderator."""

    reason = reason_field()


class CorrectTitledForm(TitledPostForm):
    """The same for a question with its title."""

    reason = reason_field()
    field_order = ["title", "body", "reason"]


class MoveForm(forms.Form):
    """Which board a topic goes to, of those that are the viewer's to moderate, and why."""

    reason = reason_field()

    def __init__(self, *args: Any, boards: Iterable[BoardPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Compared as text: what was posted may be no number, or one that no database can hold.
        self.boards = {str(board.pk): board for board in boards}
        self.fields["board"] = forms.ChoiceField(
            label=_("Move to"), choices=[(pk, board.title) for pk, board in self.boards.items()]
        )
        self.order_fields(["board", "reason"])

    def clean_board(self) -> BoardPage:
        return self.boards[self.cleaned_data["board"]]


class SplitForm(forms.Form):
    """Which answers become a topic of their own, and what it is called."""

    title = LineField(label=gettext_lazy("Title of the new topic"), max_length=TITLE_LENGTH, min_length=8)
    reason = reason_field()

    def __init__(self, *args: Any, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.fields["posts"] = forms.MultipleChoiceField(
            label=_("Posts"),
            choices=[(pk, _summary(post)) for pk, post in self.posts.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one post.")},
        )
        self.order_fields(["posts", "title", "reason"])

    def clean_posts(self) -> list[Post]:
        return [self.posts[pk] for pk in self.cleaned_data["posts"]]


def _summary(post: Post) -> str:
    return f"{post.shown_author}: {Truncator(plain_text(post.html)).chars(EXCERPT)}"


class MergeForm(forms.Form):
    """Into which topic, by its address or number."""

    target = LineField(
        label=gettext_lazy("Address of the other topic"),
        max_length=500,
        help_text=gettext_lazy("Copy it from the browser, or write its number."),
    )
    reason = reason_field()

    def __init__(self, *args: Any, topic: Topic, find: Callable[[int], Topic | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.find = find

    def clean_target(self) -> Topic:
        number = number_in(self.cleaned_data["target"])
        target = self.find(number) if number is not None else None
        if target is None:
            raise forms.ValidationError(_("There is no topic at this address."))
        if target.pk == self.topic.pk:
            raise forms.ValidationError(_("This is the topic itself: choose another."))
        if target.hidden and not self.topic.hidden:
            raise forms.ValidationError(_("That topic is hidden: show it first."))
        if self.topic.hidden and not target.hidden:
            raise forms.ValidationError(_("This topic is hidden, and its posts would be seen there: show it first."))
        return target

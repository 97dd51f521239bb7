"""What members type. Forms keep it whatever was wrong with it, and say what to do in a sentence."""

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from forums.models import BODY_LENGTH, TITLE_LENGTH
from portal.core.text import plain_text, render_markdown
from portal.core.typed import LineField, TokenField, TypedField, new_token
from portal.moderation import guidelines
from portal.moderation.screening import Verdict
from portal.moderation.trap import StampField, TrapField
from taxonomy.text import clean_line

TITLE_AT_LEAST = 8


class PostForm(forms.Form):
    """The text of a post."""

    same_for_all = ("body",)
    # What `posting.verdict` was told of it.
    verdict: Verdict | None = None

    body = TypedField(
        label=_("What did you do, or what do you know?"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Write plain text. Markdown works: **bold**, lists with -, tables, and links [like this](https://…)."
        ),
        error_messages={
            "required": _("Write something first."),
            "max_length": ngettext_lazy(
                "A post may have %(limit_value)d character; this one has %(show_value)d. Post it in parts.",
                "A post may have %(limit_value)d characters; this one has %(show_value)d. Post it in parts.",
                "limit_value",
            ),
        },
    )
    token = TokenField(required=False, initial=new_token)
    website = TrapField()
    stamp = StampField()

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        self.html = render_markdown(body)
        if not plain_text(self.html):
            raise forms.ValidationError(_("Write something that can be read: this text shows nothing."))
        return body

    @property
    def pledge(self) -> forms.BoundField | None:
        """The box by which the guidelines are accepted, where they are asked for (`posting.asks_guidelines`)."""
        return next((self[name] for name in self.fields if name.startswith(guidelines.FIELD)), None)

    @property
    def most(self) -> int:
        """So many characters may stand in a post."""
        return BODY_LENGTH

    @property
    def too_long(self) -> str:
        """What a script says of a text that can be neither posted nor kept as a draft (`is_too_long`)."""
        return too_long()

    @property
    def preview(self) -> str:
        """The text as it will look, if it is a valid one."""
        return getattr(self, "html", "") if self.is_bound and "body" not in self.errors else ""


def is_too_long(title: str, body: str) -> bool:
    """Whether no post may hold it, and so no draft either, which would have to leave some of it out."""
    return len(title) > TITLE_LENGTH or len(body) > BODY_LENGTH


def too_long() -> str:
    """A sentence for what `is_too_long`."""
    sentence = ngettext(
        "A post may have %(most)d character. This one has more and is not kept: shorten it, or post it in parts.",
        "A post may have %(most)d characters. This one has more and is not kept: shorten it, or post it in parts.",
        BODY_LENGTH,
    )
    return sentence % {"most": BODY_LENGTH}


class TitledPostForm(PostForm):
    """A question: its title and its text."""

    title = LineField(
        label=_("Your question in one sentence"),
        min_length=TITLE_AT_LEAST,
        max_length=TITLE_LENGTH,
        help_text=_("As you would ask a colleague: “How did you price a service that half the customers do not use?”"),
        error_messages={
            "required": _("Give the question a title."),
            "min_length": ngettext_lazy(
                "Say a little more: a title has at least %(limit_value)d character.",
                "Say a little more: a title has at least %(limit_value)d characters.",
                "limit_value",
            ),
            "max_length": ngettext_lazy(
                "A title may have %(limit_value)d character; this one has %(show_value)d. Shorten it.",
                "A title may have %(limit_value)d characters; this one has %(show_value)d. Shorten it.",
                "limit_value",
            ),
        },
    )
    field_order = ["title", "body", "token"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("What peers need to know")

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if not any(character.isalnum() for character in title):
            raise forms.ValidationError(_("Give the question a title in words."))
        return title


def begun(question: str) -> dict[str, str]:
    """The first values of a question's form for words that were typed elsewhere, none of which is lost."""
    question = clean_line(question)[:BODY_LENGTH]
    if len(question) <= TITLE_LENGTH:
        return {"title": question} if question else {}
    return {"title": Truncator(question).chars(TITLE_LENGTH), "body": question}

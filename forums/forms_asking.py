"""The form with which a topic is begun: of what kind it is, what it is about, and whether the asker's name is kept
back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.forms import TitledPostForm
from forums.models import Topic
from portal.core.numbers import ids_in
from taxonomy import choosing
from taxonomy.choosing import Choice
from taxonomy.models import Concept

MOST_CONCEPTS = 8

KINDS = {
    Topic.Kind.QUESTION: _("Question: you want an answer"),
    Topic.Kind.DISCUSSION: _("Discussion: you want to hear what others think"),
    Topic.Kind.CLINIC: _("Problem clinic: you lay out a case, and peers work through it with you"),
    Topic.Kind.ANNOUNCEMENT: _("Announcement: you tell everybody something"),
}


class ConceptsField(forms.MultipleChoiceField):
    """Concepts of the vocabulary as checkboxes, cleaned to rows. What may be ticked is set by `offer`."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, choices: Sequence[Choice]) -> None:
        self.choices = [(str(choice.pk), f"{choice.title} ({choice.scheme})") for choice in choices]

    def clean(self, value: Any) -> list[Concept]:
        keys: list[str] = super().clean(value)
        if len(keys) > MOST_CONCEPTS:
            raise forms.ValidationError(_("Choose at most eight: the ones that matter most."))
        return list(choosing.offered().filter(pk__in=keys)) if keys else []


class AskForm(TitledPostForm):
    """A new topic. The concepts that its text names are offered, and those that were ticked before."""

    kind = forms.ChoiceField(
        label=_("What are you starting?"),
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        widget=forms.RadioSelect,
        initial=Topic.Kind.QUESTION,
        required=False,
    )
    concepts = ConceptsField(
        label=_("What is it about?"),
        required=False,
        help_text=_("Terms of the glossary that your text names. Tick what fits, and readers find it there."),
    )
    withheld = forms.BooleanField(
        label=_("Keep my name back"),
        required=False,
        help_text=_(
            "Readers see “Name withheld” on this topic and on all that you write in it. Moderators can look up "
            "your name, and each look is recorded. It cannot be taken back later."
        ),
    )
    mailed = forms.BooleanField(
        label=_("Mail me when somebody answers"),
        required=False,
        help_text=_("Answers stand in your inbox in any case. Your settings say so, too, and take it back."),
    )
    field_order = ["kind", "title", "body", "concepts", "withheld", "mailed", "token"]

    def __init__(self, *args: Any, may_announce: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_announce:
            kind: Any = self.fields["kind"]
            kind.choices = [choice for choice in kind.choices if choice[0] != Topic.Kind.ANNOUNCEMENT]
        offer_concepts(self, self._typed("title"), self._typed("body"))

    def _typed(self, name: str) -> str:
        values = self.data if self.is_bound else self.initial
        return str(values.get(name, ""))

    def clean_kind(self) -> str:
        """A question, where an older page of ours did not ask."""
        kind: str = self.cleaned_data["kind"]
        return kind or Topic.Kind.QUESTION

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("withheld") and cleaned.get("kind") == Topic.Kind.ANNOUNCEMENT:
            self.add_error("withheld", _("An announcement says who makes it."))
        return cleaned


class ConceptsForm(forms.Form):
    """What a topic is about, to be changed later."""

    concepts = ConceptsField(
        label=_("What is it about?"),
        required=False,
        help_text=_("What stands there now, and what its text names. Tick what fits."),
    )

    def __init__(self, *args: Any, texts: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_concepts(self, *texts)


def offer_concepts(form: forms.Form, *texts: str) -> None:
    """Offer what the texts name and what is ticked already; without either there is no such field."""
    ticked = form.data.getlist("concepts") if form.is_bound else form.initial.get("concepts", [])  # type: ignore[attr-defined]
    keys = ids_in(map(str, ticked))
    kept = choosing.choices(keys[:MOST_CONCEPTS]) if keys else []
    named = choosing.suggest(texts) if any(text.strip() for text in texts) else []
    offered = [*kept, *(choice for choice in named if choice.pk not in {one.pk for one in kept})]
    field: Any = form.fields["concepts"]
    field.offer(offered)
    if not offered:
        field.widget = forms.MultipleHiddenInput()

"""What members and stewards type about proposals. Forms keep it whatever was wrong, and say what to do."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.numbers import id_in
from portal.core.text import plain_text, render_markdown
from portal.core.typed import LineField, TokenField, TypedField, new_token
from taxonomy.forms_words import LabelRows, broader_slugs
from taxonomy.models import Concept, Proposal, Scheme, Status
from taxonomy.rules import LONGEST_LABEL, VocabularyError
from taxonomy.services.proposals import Wanted
from taxonomy.text import normalise

LONGEST_TEXT = 4000
LONGEST_COMMENT = 10_000
LONGEST_HTML = 150_000


class ProposalForm(forms.Form):
    """A new term or a change to one. `rows` are its further words; a change has no choice of a scheme."""

    scheme = forms.ChoiceField(
        label=gettext_lazy("Scheme"),
        help_text=gettext_lazy("What the term is a kind of."),
        error_messages={
            "required": gettext_lazy("Choose a scheme."),
            "invalid_choice": gettext_lazy("Choose one of the schemes of the list."),
        },
    )
    title = LineField(
        label=gettext_lazy("Preferred label"),
        max_length=LONGEST_LABEL,
        help_text=gettext_lazy(
            "The term in English as it is used across jurisdictions, in lower case and the singular."
        ),
        error_messages={"required": gettext_lazy("Write the term.")},
    )
    definition = TypedField(
        label=gettext_lazy("Definition"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One or two sentences that somebody from another country would understand. Markdown works."
        ),
        error_messages={"required": gettext_lazy("Say what the term means.")},
    )
    scope_note = TypedField(
        label=gettext_lazy("Scope note"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("How the term is used here, and what it does not cover. Plain text."),
    )
    broader = TypedField(
        label=gettext_lazy("Broader terms"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What it is a kind or a part of: terms of the same scheme, one on each line."),
    )
    reason = TypedField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Why the community needs this. Markdown works."),
        error_messages={"required": gettext_lazy("Say why you propose this.")},
    )
    sources = TypedField(
        label=gettext_lazy("Sources"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Where the term is used or defined. Markdown works for links."),
    )
    token = TokenField(required=False, initial=new_token)

    def __init__(
        self, data: Any = None, *, rows: LabelRows, concept: Concept | None = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.rows = rows
        self.concept = concept
        self.labels_errors: list[str] = []
        if concept is not None:
            del self.fields["scheme"]
        else:
            self.schemes = {str(scheme.pk): scheme for scheme in Scheme.objects.all()}
            choices = [("", _("Choose one"))] + [(pk, scheme.title) for pk, scheme in self.schemes.items()]
            self.fields["scheme"].choices = choices  # type: ignore[attr-defined]

    @property
    def target_scheme(self) -> Scheme | None:
        """The scheme of the term, None while it is not chosen."""
        if self.concept is not None:
            return self.concept.scheme
        return self.schemes.get(self.cleaned_data.get("scheme", ""))

    def clean_reason(self) -> str:
        return _readable(self.cleaned_data["reason"])

    def clean_definition(self) -> str:
        return _readable(self.cleaned_data["definition"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.rows.is_valid():
            self.labels_errors = self.rows.sentences
            for sentence in self.labels_errors:
                self.add_error(None, sentence)
        scheme = self.target_scheme
        self.broader_found: tuple[str, ...] = ()
        if scheme is not None and "broader" in found:
            try:
                self.broader_found = broader_slugs(found["broader"], scheme)
            except VocabularyError as error:
                self.add_error("broader", error.messages)
        return found

    @property
    def wanted(self) -> Wanted:
        """What a valid form proposes."""
        found = self.cleaned_data
        return Wanted(found["title"], found["definition"], self.rows.specs, self.broader_found, found["scope_note"])

    def refuse(self, error: VocabularyError) -> None:
        """Say at its field why the vocabulary takes no such term."""
        if error.field == "labels":
            self.labels_errors = error.messages
        self.add_error(error.field if error.field in self.fields else None, error.messages)


class RevisionForm(ProposalForm):
    """The proposal as it stands, to be rewritten."""

    note = TypedField(
        label=gettext_lazy("What you changed"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For those who have read the proposal before."),
    )


class CommentForm(forms.Form):
    """Words on a proposal."""

    body = TypedField(
        label=gettext_lazy("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Plain text or Markdown."),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    token = TokenField(required=False, initial=new_token)

    def clean_body(self) -> str:
        return _readable(self.cleaned_data["body"])


class StandForm(forms.Form):
    """For or against, and why."""

    prefix = "stand"
    reason = LineField(
        label=gettext_lazy("Why"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed when you object: say what would have to change."),
    )

    def __init__(self, *args: Any, objects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objects = objects

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if self.objects and not any(character.isalnum() for character in reason):
            raise forms.ValidationError(_("Say why you object, so that the proposal can become better."))
        return reason


class DecisionForm(forms.Form):
    """What a steward decides. `seen` is the fingerprint of what was before them."""

    AGREE, ASK, TERM, PROPOSAL, DECLINE = "agree", "ask", "merge-term", "merge-proposal", "decline"

    prefix = "decision"
    what = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[
            (AGREE, gettext_lazy("Agree: the term becomes an agreed one as proposed")),
            (ASK, gettext_lazy("Ask for changes: the proposer may revise it")),
            (TERM, gettext_lazy("Merge into an existing term, as another word for it")),
            (PROPOSAL, gettext_lazy("Merge into another open proposal")),
            (DECLINE, gettext_lazy("Decline")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you decide.")},
    )
    target_term = LineField(
        label=gettext_lazy("Existing term"),
        max_length=LONGEST_LABEL,
        required=False,
        help_text=gettext_lazy("For a merge: the term's label, or the last part of its address."),
    )
    target_proposal = LineField(
        label=gettext_lazy("Other proposal"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("For a merge: the number at the end of its address."),
    )
    reason = TypedField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Everybody reads it below the proposal. Markdown works."),
        error_messages={"required": gettext_lazy("Give the reason for your decision.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def clean_reason(self) -> str:
        return _readable(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("what") == self.TERM and "target_term" in found:
            self._find_term(found["target_term"])
        if found.get("what") == self.PROPOSAL and "target_proposal" in found:
            self._find_proposal(found["target_proposal"].lstrip("#"))
        return found

    def _find_term(self, words: str) -> None:
        living = Concept.objects.exclude(status=Status.DEPRECATED)
        labelled = living.filter(labels__normalised=normalise(words)).distinct()[:3] if normalise(words) else ()
        found = list(living.filter(slug=words)) or list(labelled)
        if len(found) == 1:
            self.term = found[0]
        elif found:
            slugs = ", ".join(concept.slug for concept in found)
            self.add_error("target_term", _("Several terms are called so. Write which one: %s.") % slugs)
        else:
            self.add_error("target_term", _("The glossary has no term “%s” that is in use.") % words[:60])

    def _find_proposal(self, number: str) -> None:
        found = Proposal.objects.open().filter(pk=id_in(number) or 0).first()
        if found is None:
            self.add_error("target_proposal", _("There is no open proposal with the number “%s”.") % number)
        else:
            self.proposal = found


def _readable(text: str) -> str:
    """`text`, if it shows something once it is laid out, and not too much."""
    html = render_markdown(text)
    if len(html) > LONGEST_HTML:
        raise forms.ValidationError(_("This text is too large once it is laid out: simplify its tables or lists."))
    if not plain_text(html):
        raise forms.ValidationError(_("Write something that can be read: this text shows nothing."))
    return text

"""The parts of a proposal's form that are words of the vocabulary: further labels, and the names of broader terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.typed import LineField
from taxonomy import rules
from taxonomy.models import Label, Scheme, Status
from taxonomy.models.vocabulary import LabelKind
from taxonomy.rules import LONGEST_LABEL, LabelSpec, VocabularyError
from taxonomy.text import normalise

MOST_ROWS = 40
EXTRA_ROWS = 2
MOST_BROADER = 20
WORD_FIELDS = ("text", "language", "jurisdiction", "kind")


class LabelRowForm(forms.Form):
    """One more word for the term: in which language, where, and for what. An empty row is none."""

    text = LineField(label=gettext_lazy("Word"), max_length=LONGEST_LABEL, required=False)
    language = LineField(
        label=gettext_lazy("Language"), max_length=12, required=False, widget=forms.TextInput(attrs={"size": 6})
    )
    jurisdiction = LineField(
        label=gettext_lazy("Jurisdiction"), max_length=8, required=False, widget=forms.TextInput(attrs={"size": 6})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Use"),
        choices=[(LabelKind.PREF, LabelKind.PREF.label), (LabelKind.ALT, LabelKind.ALT.label)],
        required=False,
        initial=LabelKind.ALT,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            # Four of them say "optional" in one row where the whole row is.
            bound.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("text"):
            spec = LabelSpec(
                found["text"],
                found.get("language") or "en",
                found.get("jurisdiction", ""),
                found.get("kind") or LabelKind.ALT,
            )
            try:
                self.spec: LabelSpec | None = rules.tidy(spec)
            except VocabularyError as error:
                raise forms.ValidationError(error.messages) from error
        return found


class LabelRows:
    """Rows of words, as many as were sent, and two more to fill in when they are shown first."""

    def __init__(self, data: Mapping[str, Any] | None, specs: Iterable[LabelSpec] = ()) -> None:
        if data is None:
            given: list[dict[str, Any]] = [
                {"text": spec.text, "language": spec.language, "jurisdiction": spec.jurisdiction, "kind": spec.kind}
                for spec in specs
            ]
            self.forms = self._unbound(given)
        else:
            count = next((row for row in range(MOST_ROWS) if f"labels-{row}-text" not in data), MOST_ROWS)
            self.forms = [LabelRowForm(data, prefix=f"labels-{row}") for row in range(count)]

    @classmethod
    def with_more(cls, data: Mapping[str, Any]) -> "LabelRows":
        """The rows as typed, unchecked, and two more."""
        rows = cls(data)
        typed = [{name: str(data.get(f"{form.prefix}-{name}", "")) for name in WORD_FIELDS} for form in rows.forms]
        rows.forms = cls._unbound(typed)
        return rows

    @staticmethod
    def _unbound(given: list[dict[str, Any]]) -> list[LabelRowForm]:
        empty: list[dict[str, Any]] = [{"language": "en", "kind": LabelKind.ALT}] * EXTRA_ROWS
        return [
            LabelRowForm(initial=initial, prefix=f"labels-{row}")
            for row, initial in enumerate([*given, *empty][:MOST_ROWS])
        ]

    def is_valid(self) -> bool:
        wrong = [form for form in self.forms if not form.is_valid()]
        return not wrong

    @property
    def sentences(self) -> list[str]:
        """What is wrong, row by row."""
        return [
            _("Word %(number)d: %(sentence)s") % {"number": number, "sentence": sentence}
            for number, form in enumerate(self.forms, 1)
            for sentences in form.errors.values()
            for sentence in sentences
        ]

    @property
    def specs(self) -> tuple[LabelSpec, ...]:
        return tuple(form.spec for form in self.forms if getattr(form, "spec", None) is not None)  # type: ignore[misc]


def broader_slugs(text: str, scheme: Scheme) -> tuple[str, ...]:
    """The slugs of the terms that the lines of `text` name: one query.

    Raises VocabularyError for a line that names no term of the scheme, or several.
    """
    lines = {normalise(line): line.strip() for line in text.split("\n") if line.strip()}
    if len(lines) > MOST_BROADER:
        raise VocabularyError(_("A term has at most %d broader ones here.") % MOST_BROADER, "broader")
    labels = Label.objects.filter(concept__scheme=scheme, normalised__in=lines).exclude(
        concept__status=Status.DEPRECATED
    )
    found: dict[str, dict[str, str]] = {}
    for words, slug, title in labels.values_list("normalised", "concept__slug", "concept__title"):
        found.setdefault(words, {})[slug] = title
    slugs = []
    for words, line in lines.items():
        named = found.get(words, {})
        exact = [slug for slug, title in named.items() if normalise(title) == words] or list(named)
        if not exact:
            raise VocabularyError(
                _("The scheme “%(scheme)s” has no term “%(line)s”.") % {"scheme": scheme.title, "line": line[:60]},
                "broader",
            )
        if len(exact) > 1:
            raise VocabularyError(
                _("“%(line)s” may be %(titles)s: write the preferred label of the one you mean.")
                % {"line": line[:60], "titles": ", ".join(f"“{named[slug]}”" for slug in exact)},
                "broader",
            )
        slugs.append(exact[0])
    return tuple(slugs)

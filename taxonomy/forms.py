"""The admin's forms. They check and save through the services, so that nothing enters the vocabulary beside them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from taxonomy import access, history, services
from taxonomy.fields import ConceptFormField, ConceptsFormField
from taxonomy.models import BroaderLink, Concept, Label, RelatedLink, Scheme
from taxonomy.models.vocabulary import LabelKind
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import schemes as scheme_services

TEXTS = ("scheme", "title", "definition", "scope_note", "example", "source", "status", "replaced_by", "order")


class ConceptForm(WagtailAdminModelForm):
    """A concept with its labels and links. The main preferred label is the title and is no row of the labels."""

    broader = ConceptsFormField(
        label=_("broader concepts"),
        required=False,
        help_text=_("What this is a kind or a part of. Of the same scheme."),
    )
    related = ConceptsFormField(
        label=_("related concepts"), required=False, help_text=_("What a reader of this term may want too.")
    )
    replaced_by = ConceptFormField(
        label=_("replaced by"), required=False, help_text=_("For a deprecated term: the term to use instead.")
    )

    def __init__(self, data: Any = None, files: Any = None, instance: Any = None, **kwargs: Any) -> None:
        if instance is not None and instance.pk:
            # In memory only: this form never saves the instance itself.
            instance.labels = list(further_labels(instance))
        super().__init__(data, files, instance=instance, **kwargs)
        concept = self.instance
        if concept.pk:
            self.fields["broader"].initial = _ids(BroaderLink, concept, "broader_id")
            self.fields["related"].initial = _ids(RelatedLink, concept, "related_id")
            if "slug" in self.fields:
                self.fields["slug"].disabled = True

    def is_valid(self) -> bool:
        """The fields and labels by themselves, then all together by the rules of the vocabulary."""
        if not super().is_valid():
            return False
        refused = self._not_allowed() or services.refusal(self._concept(), self._values())
        if refused is not None:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, forms.ValidationError(refused.messages))
        return refused is None

    def _not_allowed(self) -> VocabularyError | None:
        statuses = [self.cleaned_data["status"]]
        if self.instance.pk:
            statuses.append(Concept.objects.values_list("status", flat=True).get(pk=self.instance.pk))
        if self.for_user is None or all(access.can_edit(self.for_user, status) for status in statuses):
            return None
        return VocabularyError(
            str(
                _(
                    "Only terminology stewards agree on a term, change an agreed one or retire it. "
                    "Save it as proposed instead."
                )
            ),
            "status",
        )

    def save(self, commit: bool = True) -> Any:
        """Create or change the concept through the services, whatever `commit` says: they do all or nothing."""
        values = self._values()
        with history.acting(by_id=self.for_user.pk if self.for_user else None):
            if self.instance.pk:
                concept = Concept.objects.get(pk=self.instance.pk)
                services.update_concept(concept, **values)
            else:
                scheme, title = values.pop("scheme"), values.pop("title")
                concept = services.create_concept(scheme, self.cleaned_data["slug"], title, **values)
        self.instance.pk = concept.pk
        self.instance._state.adding = False
        return self.instance

    def _concept(self) -> Concept:
        return Concept(pk=self.instance.pk, slug=self.cleaned_data.get("slug") or self.instance.slug)

    def _values(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in TEXTS if name in self.cleaned_data}
        return {
            **values,
            "labels": list(self._labels()),
            "broader": list(self.cleaned_data["broader"]),
            "related": list(self.cleaned_data["related"]),
            **{name: list(self._rows(name, columns)) for name, (_model, columns) in history.BESIDE.items()},
        }

    def _labels(self) -> Iterable[LabelSpec]:
        for form in self.formsets["labels"].forms:
            found = form.cleaned_data
            if found.get("text") and not found.get("DELETE"):
                yield LabelSpec(found["text"], found["language"], found["jurisdiction"], found["kind"])

    def _rows(self, name: str, columns: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        for form in self.formsets[name].forms:
            found = form.cleaned_data
            if found and not found.get("DELETE"):
                yield tuple(found[column] for column in columns)


def _ids(model: Any, concept: Concept, column: str) -> list[int]:
    return list(model.objects.filter(concept=concept).values_list(column, flat=True))


def further_labels(concept: Concept) -> Any:
    """The labels of `concept` without the main one, which is its title."""
    main = {"kind": LabelKind.PREF, "language": concept.title_language, "jurisdiction": ""}
    return Label.objects.filter(concept=concept).exclude(**main)


class SchemeForm(WagtailAdminModelForm):
    """A scheme, saved through the services."""

    def save(self, commit: bool = True) -> Any:
        """Create or change the scheme, whatever `commit` says."""
        values = {name: self.cleaned_data[name] for name in scheme_services.FIELDS if name in self.cleaned_data}
        if self.instance.pk:
            services.update_scheme(Scheme.objects.get(pk=self.instance.pk), **values)
        else:
            self.instance.pk = services.create_scheme(**values).pk
            self.instance._state.adding = False
        return self.instance

"""Moving, merging and retiring a concept: a form, then a page that shows what will follow, then the act."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from portal.core.viewer import viewer_of
from taxonomy import history, services
from taxonomy.fields import ConceptFormField, ConceptsFormField
from taxonomy.models import Ancestry, BroaderLink, Concept, Label, RelatedLink, Scheme, Status
from taxonomy.rules import LabelSpec, VocabularyError, check_replacement, place_name
from taxonomy.services import merging, moving
from taxonomy.stewarding.doors import for_stewards
from taxonomy.stewarding.tree import Crumb, page_furniture
from taxonomy.usage import uses_of

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A line of what will follow: what it is about, how it is, and how it will be."""

    about: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from a step. `undo` says how it is taken back, as far as it is."""

    changes: list[Change]
    undo: str
    notes: list[str] = field(default_factory=list)


@method_decorator(for_stewards, name="dispatch")
class StepView(View, ABC):
    """A form, and once it is filled in a page that shows what will follow, with the button that does it.

    The form is sent by GET, so that the page of what will follow has an address and changes nothing.
    """

    form_class: ClassVar[type[forms.Form]]
    title: ClassVar[Any] = ""
    action: ClassVar[Any] = ""
    what: ClassVar[Any] = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form; with its values in the query what will follow of them."""
        concept = _concept(pk)
        return self._page(request, concept, self.bound(request.GET, concept) if request.GET else None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        concept = _concept(pk)
        form = self.bound(request.POST, concept)
        if not form.is_valid():
            return self._page(request, concept, form)
        try:
            with history.acting(by_id=viewer_of(request).user_id):
                changed = self.act(concept, form.cleaned_data)
        except VocabularyError as error:
            form.add_error(None, error.messages[0])
            return self._page(request, concept, form)
        if changed:
            messages.success(request, self.done(concept))
        else:
            messages.info(request, _("Nothing changed: it was so already."))
        return redirect(reverse("vocabulary_tree", args=[Scheme.objects.get(concepts=concept).slug]))

    def bound(self, data: Any, concept: Concept) -> forms.Form:
        return self.form_class(data)

    def _page(self, request: HttpRequest, concept: Concept, form: forms.Form | None) -> HttpResponse:
        outlook = None
        if form is not None and form.is_valid():
            try:
                outlook = self.outlook(concept, form.cleaned_data)
            except VocabularyError as error:
                form.add_error(None, error.messages[0])
        above = Crumb(concept.scheme.title, reverse("vocabulary_tree", args=[concept.scheme.slug]))
        shown = form or self.form_class(initial=self.initial(concept))
        context = {
            **page_furniture(f"{self.title}: {concept.title}", above),
            "concept": concept,
            "step": self,
            "form": shown,
            "outlook": outlook,
            "uses": uses_of(concept.pk, viewer_of(request)) if outlook else (),
            "queries": _queries(concept) if outlook else (),
            "fields": _sent(form) if outlook and form is not None else (),
        }
        return TemplateResponse(request, "taxonomy/stewarding/step.html", context)

    def initial(self, concept: Concept) -> dict[str, Any]:
        return {}

    @abstractmethod
    def act(self, concept: Concept, values: dict[str, Any]) -> bool:
        """Do it. False when nothing changed. Raises VocabularyError when a rule forbids it."""

    @abstractmethod
    def outlook(self, concept: Concept, values: dict[str, Any]) -> Outlook:
        """What would follow. Raises VocabularyError when a rule forbids it."""

    @abstractmethod
    def done(self, concept: Concept) -> str:
        """The sentence that says what was done."""


class MergeForm(forms.Form):
    """Which concept stands for both afterwards."""

    into = ConceptFormField(
        label=gettext_lazy("Merge into"),
        help_text=gettext_lazy("The term that stays. It must be of the same scheme and must not be deprecated."),
        error_messages={"required": gettext_lazy("Choose the term that stays.")},
    )


class MergeView(StepView):
    """Two concepts become one."""

    form_class = MergeForm
    title = gettext_lazy("Merge")
    action = gettext_lazy("Merge the two")
    what = gettext_lazy(
        "The other term gets the labels, the neighbours and all that is tagged with this one. This one stays as a "
        "deprecated row, and its address leads to the other for good."
    )

    def act(self, concept: Concept, values: dict[str, Any]) -> bool:
        return services.merge(concept, values["into"])

    def outlook(self, concept: Concept, values: dict[str, Any]) -> Outlook:
        into: Concept = values["into"]
        planned = merging.plan(concept, into)
        titles = _titles(
            {*planned.broader, *planned.related, *(pk for above in planned.broader.values() for pk in above)}
        )
        changes = [Change(_("Labels of “%s”") % into.title, _("none"), _label(spec)) for spec in planned.labels]
        before = _above(planned.broader)
        for pk, above in list(planned.broader.items())[:MOST_LISTED]:
            about = _("Broader terms of “%s”") % titles[pk]
            changes.append(Change(about, _listed(before.get(pk, ())), _listed(titles[up] for up in sorted(above))))
        held = RelatedLink.objects.filter(concept=into).exclude(related=concept).values_list("related_id", flat=True)
        fresh = [titles[pk] for pk in sorted(planned.related - set(held))]
        if fresh:
            changes.append(Change(_("Related to “%s”") % into.title, _("not yet"), _listed(fresh)))
        changes.append(Change(_("Status of “%s”") % concept.title, concept.get_status_display(), _("Deprecated")))
        address = concept.get_absolute_url()
        changes.append(Change(_("Address"), address, _("leads to %s") % into.get_absolute_url()))
        undo = _(
            "There is no button that takes a merge back: from then on nobody can tell which pages held which term. To "
            "part the two again, set “%(title)s” to agreed, give it its labels, and tag its pages anew."
        ) % {"title": concept.title}
        return Outlook(changes, undo)

    def done(self, concept: Concept) -> str:
        stands = Concept.objects.get(merged=concept)
        return _("“%(title)s” has been merged into “%(other)s”.") % {"title": concept.title, "other": stands.title}


class MoveForm(forms.Form):
    """The new place of a branch."""

    scheme = forms.ModelChoiceField(Scheme.objects.all(), label=gettext_lazy("Scheme"), required=True, empty_label=None)
    broader = ConceptsFormField(
        label=gettext_lazy("Directly below"),
        required=False,
        help_text=gettext_lazy("Of the scheme above. Without any, the term stands at the top."),
    )


class MoveView(StepView):
    """A branch goes elsewhere."""

    form_class = MoveForm
    title = gettext_lazy("Move")
    action = gettext_lazy("Move the branch")
    what = gettext_lazy("Everything below the term goes with it.")

    def initial(self, concept: Concept) -> dict[str, Any]:
        held = BroaderLink.objects.filter(concept=concept).values_list("broader_id", flat=True)
        return {"scheme": concept.scheme_id, "broader": list(held)}

    def act(self, concept: Concept, values: dict[str, Any]) -> bool:
        return services.move(concept, broader=list(values["broader"]), scheme=values["scheme"])

    def outlook(self, concept: Concept, values: dict[str, Any]) -> Outlook:
        planned = moving.plan(concept, broader=list(values["broader"]), scheme=values["scheme"])
        held = _above([concept.pk]).get(concept.pk, ())
        after = _listed(other.title for other in planned.broader)
        changes = [Change(_("Directly below"), _listed(held), after)]
        below = Ancestry.objects.filter(ancestor=concept).count()
        if planned.scheme.pk != concept.scheme_id:
            changes.append(Change(_("Scheme"), concept.scheme.title, planned.scheme.title))
        titles = _titles({pk for pair in planned.cut[:MOST_LISTED] for pk in pair})
        for one, other in planned.cut[:MOST_LISTED]:
            changes.append(Change(titles[one], _("below “%s”") % titles[other], _("related to “%s”") % titles[other]))
        notes = [ngettext("%d term below it goes along.", "%d terms below it go along.", below) % below]
        undo = _("Move it back in the same way. Links that became relations have to be set again by hand.")
        return Outlook(changes if planned.is_change else [], undo, notes)

    def done(self, concept: Concept) -> str:
        return _("“%s” has been moved, with everything below it.") % concept.title


class DeprecateForm(forms.Form):
    """What to use instead."""

    replaced_by = ConceptFormField(
        label=gettext_lazy("Replaced by"),
        required=False,
        help_text=gettext_lazy(
            "The term to use instead, if there is one. Pages keep the old one; merging changes them."
        ),
    )
    confirm_none = forms.BooleanField(label=gettext_lazy("Nothing replaces it"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("replaced_by") and not cleaned.get("confirm_none"):
            raise forms.ValidationError(_("Choose what replaces the term, or say that nothing does."))
        return cleaned


class DeprecateView(StepView):
    """A concept retires."""

    form_class = DeprecateForm
    title = gettext_lazy("Deprecate")
    action = gettext_lazy("Deprecate the term")
    what = gettext_lazy(
        "The term is offered no more and leaves the lists; what is tagged with it stays so. Its page stays and says "
        "what replaces it."
    )

    def act(self, concept: Concept, values: dict[str, Any]) -> bool:
        return services.deprecate(concept, values["replaced_by"])

    def outlook(self, concept: Concept, values: dict[str, Any]) -> Outlook:
        other: Concept | None = values["replaced_by"]
        check_replacement(concept, other)
        changes = [
            Change(_("Status"), concept.get_status_display(), str(Status.DEPRECATED.label)),
            Change(
                _("Replaced by"),
                concept.replaced_by.title if concept.replaced_by else _("nothing"),
                other.title if other else _("nothing"),
            ),
        ]
        return Outlook(changes, _("Set its status to agreed again; nothing else has to be mended."))

    def done(self, concept: Concept) -> str:
        return _("“%s” has been deprecated.") % concept.title


def _concept(pk: int) -> Concept:
    return get_object_or_404(Concept.objects.select_related("scheme", "replaced_by", "merged_into"), pk=pk)


def _sent(form: forms.Form) -> list[tuple[str, str]]:
    """(name, value) of what was understood of the form, to be sent again as it was shown."""
    sent: list[tuple[str, str]] = []
    for name, value in form.cleaned_data.items():
        if isinstance(value, bool):
            sent += [(name, "on")] if value else []
        elif isinstance(value, Concept | Scheme):
            sent.append((name, str(value.pk)))
        else:
            sent += [(name, str(item.pk)) for item in value or ()]
    return sent


def _queries(concept: Concept) -> list[tuple[str, str]]:
    """(word, address) of the searches that the concept's labels widen today: one query."""
    if concept.status != Status.AGREED:
        return []
    words = Label.objects.filter(concept=concept).values_list("text", flat=True).order_by("text")
    return [(word, f"/search/?{urlencode({'q': word})}") for word in words[:MOST_LISTED]]


def _above(pks: Any) -> dict[int, list[str]]:
    """The titles directly above each of the concepts: one query."""
    found: dict[int, list[str]] = {}
    links = BroaderLink.objects.filter(concept__in=list(pks)).order_by("broader__title")
    for pk, title in links.values_list("concept_id", "broader__title"):
        found.setdefault(pk, []).append(title)
    return found


def _titles(pks: set[int]) -> dict[int, str]:
    return dict(Concept.objects.filter(pk__in=pks).values_list("pk", "title"))


def _listed(titles: Any) -> str:
    return ", ".join(titles) or _("nothing")


def _label(spec: LabelSpec) -> str:
    hidden = _(", hidden") if spec.kind == "hidden" else ""
    return f"{spec.text} ({place_name(*spec.place)}{hidden})"

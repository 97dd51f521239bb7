"""How other rooms tag their pages with concepts: a field, its form field, its checkboxes, and a page mixin."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel

from taxonomy.choosing import LARGEST, by_name, choices, offered
from taxonomy.models import Concept, Status
from taxonomy.querysets import TreeNode, trees

MOST_BOXES = 120
MOST_NAMED = 50
LONGEST_TYPED = 5000
# Before what was typed, among ids: no id begins so.
TYPED = "name:"


class ConceptTreeWidget(forms.SelectMultiple):
    """Chooses concepts. `schemes` narrows what is offered (slugs; empty is all), `most` how many may be chosen.

    A small vocabulary is a checkbox for each concept, indented as the tree is, in one `details` for each scheme; a
    concept below several broader ones has its box at its first place only, so that no two boxes disagree. A large one
    is a box for each chosen concept and a field in which others are named, one a line, by any of their labels; where
    scripts run, static/js/concepts.js makes a search, a tree and suggestions of it. Four queries at most.
    """

    template_name = "taxonomy/widgets/concept_tree.html"
    chooser_template_name = "taxonomy/widgets/concept_chooser.html"
    schemes: tuple[str, ...] = ()
    most: int | None = None

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("js/concepts.js", type="module")
        return forms.Media(js=[script])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = forms.Widget.get_context(self, name, value, attrs)
        given = [str(item) for item in (value if isinstance(value, list | tuple | set) else [value]) if item]
        chosen = [item for item in given if not item.startswith(TYPED)]
        if self.is_large():
            typed = [item.removeprefix(TYPED) for item in given if item.startswith(TYPED)]
            context["widget"] |= self._chooser(chosen, typed)
        else:
            context["widget"]["groups"] = list(self._groups(set(chosen)))
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        context = self.get_context(name, value, attrs)
        return self._render(context["widget"]["template_name"], context, renderer)  # type: ignore[attr-defined]

    def is_large(self) -> bool:
        """Whether there are too many concepts to show a box for each."""
        return self.most == 1 or offered(self.schemes)[: MOST_BOXES + 1].count() > MOST_BOXES

    def _chooser(self, chosen: list[str], typed: list[str]) -> dict[str, Any]:
        pks = [int(item) for item in chosen if item.isascii() and item.isdecimal() and int(item[:20]) <= LARGEST]
        return {
            "template_name": self.chooser_template_name,
            "chosen": choices(pks),
            "typed": "\n".join(typed),
            "schemes": ",".join(self.schemes),
            "most": self.most,
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Ids as they were sent, and after them what was typed, each line marked as such."""
        given = super().value_from_datadict(data, files, name)
        typed = str(data.get(f"{name}-typed") or "")[:LONGEST_TYPED].replace("\x00", "")
        lines = [TYPED + line.strip() for line in typed.splitlines() if line.strip()]
        return [*(given or ()), *lines] if lines else given

    def _groups(self, chosen: set[str]) -> Iterator[dict[str, Any]]:
        seen: set[int] = set()
        for tree in trees(self.schemes):
            nodes = [node for node in _flat(tree.roots) if self._offered(node, chosen, seen)]
            if nodes:
                yield {
                    "title": tree.scheme.title,
                    "nodes": [(node, str(node.pk) in chosen) for node in nodes],
                    "count": sum(str(node.pk) in chosen for node in nodes),
                }

    @staticmethod
    def _offered(node: TreeNode, chosen: set[str], seen: set[int]) -> bool:
        """Deprecated concepts are offered no more, but stay visible where they are still chosen."""
        if node.pk in seen or (node.status == Status.DEPRECATED and str(node.pk) not in chosen):
            return False
        seen.add(node.pk)
        return True


def _flat(nodes: Iterable[TreeNode]) -> Iterator[TreeNode]:
    for node in nodes:
        yield node
        yield from _flat(node.children)


class ConceptsFormField(forms.ModelMultipleChoiceField):
    """Any number of concepts. Validates them with one query and never makes a choice list of its own."""

    widget: Any = ConceptTreeWidget

    def __init__(self, queryset: Any = None, *, schemes: tuple[str, ...] = (), **kwargs: Any) -> None:
        offered = Concept.objects.filter(scheme__slug__in=schemes) if schemes else Concept.objects.all()
        self._offered = offered if queryset is None or schemes else queryset
        super().__init__(self._offered, **kwargs)
        if isinstance(self.widget, ConceptTreeWidget):
            self.widget.schemes = schemes
        self.schemes = schemes

    @property
    def choices(self) -> Any:
        """Empty: the widget draws the trees itself."""
        return ()

    @choices.setter
    def choices(self, value: Any) -> None:
        """The widget draws the trees itself, so nothing is kept."""

    def _check_values(self, value: Any) -> Any:
        """The concepts with the ids in `value` and those that were named. Who had a merged one gets what it became."""
        names = [item.removeprefix(TYPED) for item in value if isinstance(item, str) and item.startswith(TYPED)]
        ids = [item for item in value if not (isinstance(item, str) and item.startswith(TYPED))]
        try:
            wanted = {int(pk) for pk in ids}
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError(_("Choose concepts from the list."), code="invalid_choice") from error
        if any(pk > models.BigAutoField.MAX_BIGINT for pk in wanted):
            raise ValidationError(_("Choose concepts from the list."), code="invalid_choice")
        found = dict(self._offered.filter(pk__in=wanted).values_list("pk", "merged_into"))
        if len(found) != len(wanted):
            raise ValidationError(
                _("One of the chosen concepts no longer exists. Choose again."), code="invalid_choice"
            )
        stand = {into or pk for pk, into in found.items()} | self._named(names)
        return self._offered.filter(pk__in=stand)

    def _named(self, names: list[str]) -> set[int]:
        """The ids of the concepts that go by `names`. Raises ValidationError for each that none does, or several."""
        wrong: list[str] = []
        ids: set[int] = set()
        for name, found in by_name(names[:MOST_NAMED], self.schemes).items() if names else ():
            if len(found) == 1:
                ids.add(found[0][0])
            elif not found:
                wrong.append(gettext("No term is called “%s”.") % name[:80])
            else:
                terms = ", ".join(f"{title} ({scheme})" for _pk, title, scheme in found[:5])
                wrong.append(
                    gettext("Several terms go by “%(name)s”: %(terms)s. Write out which.")
                    % {"name": name[:80], "terms": terms}
                )
        if wrong:
            raise ValidationError(wrong, code="unknown_name")
        return ids


class ConceptFormField(ConceptsFormField):
    """One concept, or none."""

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.widget.most = 1

    def clean(self, value: Any) -> Any:
        """The concept, None without one. Raises ValidationError for several."""
        given = [item for item in value or () if item]
        found = list(super().clean(given))
        if len(found) > 1:
            raise ValidationError(_("Choose one concept only."), code="too_many")
        return found[0] if found else None

    def prepare_value(self, value: Any) -> Any:
        """A single id as the list that the widget takes."""
        return super().prepare_value(value if isinstance(value, list | tuple) or value is None else [value])

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares ids as the widget sends them."""
        held = initial.pk if isinstance(initial, models.Model) else initial
        return [str(held)] != [str(item) for item in data or ()] if held else bool(data)


class ConceptsField(ParentalManyToManyField):
    """Concepts of a page, kept in its revisions too. The page model's `concept_schemes` narrows what is offered."""

    def __init__(self, to: Any = "taxonomy.Concept", **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("verbose_name", _("concepts"))
        super().__init__(to, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self,
            **{
                "form_class": ConceptsFormField,
                "schemes": tuple(getattr(self.model, "concept_schemes", ())),
                **kwargs,
            },
        )


class TaggedPage(models.Model):
    """Mixin for a page model whose pages are about concepts. Put `concept_panels` among its content panels.

    `concept_schemes` names the schemes that editors are offered; empty is all of them.
    """

    concept_schemes: ClassVar[tuple[str, ...]] = ()
    concepts: Any = ConceptsField(
        help_text=_("What this is about. Choose the narrowest concepts that fit; the wider ones follow by themselves.")
    )

    concept_panels: ClassVar[list[Any]] = [FieldPanel("concepts")]

    class Meta:
        abstract = True

    @cached_property
    def concept_chips(self) -> list[tuple[str, str]]:
        """(text, address) of the page's concepts. Lists should prefetch `concepts`."""
        from taxonomy.querysets import chips

        return chips(self.concepts.all())

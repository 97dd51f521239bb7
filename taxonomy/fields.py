"""How other rooms tag their pages with concepts: a field, its form field, its checkboxes, and a page mixin."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel

from taxonomy.models import Concept, Status
from taxonomy.querysets import TreeNode, trees


class ConceptTreeWidget(forms.SelectMultiple):
    """Checkboxes for the concepts of each scheme, indented as the tree is, in one `details` for each scheme.

    A concept below several broader ones has a checkbox at its first place only, so that no two boxes disagree.
    `schemes` narrows what is offered (slugs; empty is all). Two queries however large the vocabulary is.
    """

    template_name = "taxonomy/widgets/concept_tree.html"
    schemes: tuple[str, ...] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = forms.Widget.get_context(self, name, value, attrs)
        chosen = {str(pk) for pk in value or ()}
        context["widget"]["groups"] = list(self._groups(chosen))
        return context

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
        try:
            wanted = {int(pk) for pk in value}
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError(_("Choose concepts from the list."), code="invalid_choice") from error
        if any(pk > models.BigAutoField.MAX_BIGINT for pk in wanted):
            raise ValidationError(_("Choose concepts from the list."), code="invalid_choice")
        found = self._offered.filter(pk__in=wanted)
        if len(found) != len(wanted):
            raise ValidationError(
                _("One of the chosen concepts no longer exists. Choose again."), code="invalid_choice"
            )
        return found


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

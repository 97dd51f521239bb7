"""Form fields and the error summary: label, hint, error, control, tied together for assistive technology."""

from django.forms import BoundField
from django.forms.forms import BaseForm
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, MultiWidget, RadioSelect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

_blanks: dict[tuple[type[BaseForm], str, str | None], SafeString] = {}


def field(bound: BoundField) -> SafeString:
    """`bound` as one block. A group of choices becomes a fieldset, one checkbox stands before its label.

    The ids of hint and error are Django's own (`…_helptext`, `…_error`), to which `aria-describedby` of the control
    points already; a fieldset gets it here.
    """
    if bound.is_hidden:
        return SafeString(str(bound))
    form = bound.form
    if not form.is_bound and not bound.initial and bound.name in getattr(form, "same_for_all", ()):
        return _blank(type(form), bound.name)
    return _shown(bound)


def _blank(kind: type[BaseForm], name: str) -> SafeString:
    """A field of `kind` that nobody has touched; forms name in `same_for_all` those that are alike for everybody."""
    place = (kind, name, get_language())
    if place not in _blanks:
        _blanks[place] = _shown(kind()[name])
    return _blanks[place]


def _shown(bound: BoundField) -> SafeString:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return _checkbox(bound)
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple) or bound.use_fieldset:
        return _group(bound)
    return format_html(
        '<div class="field{}"><label for="{}">{}{}</label>{}{}{}</div>',
        " invalid" if bound.errors else "",
        bound.id_for_label,
        bound.label,
        _optional(bound),
        _hint(bound),
        _error(bound),
        bound,
    )


def _checkbox(bound: BoundField) -> SafeString:
    return format_html(
        '<div class="field{}">{}<div class="choice">{}<label for="{}">{}</label></div>{}</div>',
        " invalid" if bound.errors else "",
        _error(bound),
        bound,
        bound.id_for_label,
        bound.label,
        _hint(bound),
    )


def _group(bound: BoundField) -> SafeString:
    described = format_html(' aria-describedby="{}"', bound.aria_describedby) if bound.aria_describedby else ""
    return format_html(
        '<fieldset class="field{}" id="{}"{}><legend>{}{}</legend>{}{}{}</fieldset>',
        " invalid" if bound.errors else "",
        f"{bound.auto_id}_group",
        described,
        bound.label,
        _optional(bound),
        _hint(bound),
        _error(bound),
        _choices(bound),
    )


def _choices(bound: BoundField) -> SafeString:
    if isinstance(bound.field.widget, MultiWidget) or not isinstance(
        bound.field.widget, RadioSelect | CheckboxSelectMultiple
    ):
        return format_html('<div class="row">{}</div>', bound)
    return format_html_join(
        "",
        '<div class="choice">{}<label for="{}">{}</label></div>',
        ((option.tag(), option.id_for_label, option.choice_label) for option in bound),
    )


def _optional(bound: BoundField) -> SafeString:
    if bound.field.required:
        return SafeString("")
    return format_html(' <span class="optional">({})</span>', gettext("optional"))


def _hint(bound: BoundField) -> SafeString:
    if not bound.help_text:
        return SafeString("")
    return format_html('<div class="hint" id="{}_helptext">{}</div>', bound.auto_id, mark_safe(bound.help_text))


def _error(bound: BoundField) -> SafeString:
    if not bound.errors:
        return SafeString("")
    messages = format_html_join("", "<p>{}</p>", ((message,) for message in bound.errors))
    return format_html('<div class="error" id="{}_error">{}</div>', bound.auto_id, messages)


def _target(bound: BoundField) -> str:
    """The id to which the error summary leads: the control, or the first of a group."""
    if bound.id_for_label:
        return str(bound.id_for_label)
    return (
        f"{bound.auto_id}_0" if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple) else bound.auto_id
    )


def error_summary(form: BaseForm) -> SafeString:
    """What is wrong with `form`, above it, each line leading to its field; nothing while nothing is wrong."""
    if not form.errors:
        return SafeString("")
    general = format_html_join("", "<li>{}</li>", ((message,) for message in form.non_field_errors()))
    hidden = format_html_join(
        "", "<li>{}</li>", ((message,) for bound in form.hidden_fields() for message in bound.errors)
    )
    fields = format_html_join(
        "",
        '<li><a href="#{}">{}</a></li>',
        ((_target(bound), f"{bound.label}: {message}") for bound in form.visible_fields() for message in bound.errors),
    )
    return format_html(
        '<div class="alert error" role="alert" tabindex="-1" data-focus><h2>{}</h2><ul>{}{}{}</ul></div>',
        gettext("There is a problem"),
        general,
        hidden,
        fields,
    )

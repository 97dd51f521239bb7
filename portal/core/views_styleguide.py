"""The style guide: every component in every state, for whoever builds a page. Routed in development and tests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

CHIPS = [("Federal", "/glossary/federal/"), ("United States", "/glossary/united-states/"), ("HR", "/glossary/hr/")]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS_IN_USE = "ABCDGKPRST"


@dataclass(frozen=True)
class Value:
    """A facet value with the shape that search gives."""

    value: str
    label: str
    count: int
    selected: bool = False
    depth: int = 0
    toggle_url: str = "/styleguide/#facets"


@dataclass(frozen=True)
class Facet:
    """A facet with the shape that search gives."""

    name: str
    label: str
    values: tuple[Value, ...]
    truncated: bool = False
    more_url: str = ""
    fewer_url: str = ""


FACETS = (
    Facet("kind", "Kind", (Value("case", "Cases", 9), Value("topic", "Answers", 8), Value("tool", "Tools", 4))),
    Facet(
        "level",
        "Level of government",
        (
            Value("federal", "National", 1231),
            Value("state-or-provincial", "Provincial or state", 23, selected=True),
            Value("county-or-regional", "County or regional", 12),
            Value("special-district", "Special district with a long name that needs two lines", 3, depth=1),
        ),
    ),
    Facet(
        "service-line",
        "Service line",
        (Value("hr", "HR", 23, selected=True), Value("it", "IT", 15)),
        more_url="/styleguide/#facets",
    ),
    Facet("evidence", "Evidence", (Value("audited", "Audited", 2), Value("forecast", "Forecast", 0))),
    Facet("value", "Value", (Value("savings", "Savings", 11),)),
)


class SampleForm(forms.Form):
    """One field of each sort."""

    title = forms.CharField(
        label="Your question", help_text="One sentence that a busy peer understands.", max_length=120
    )
    body = forms.CharField(label="What you have tried", widget=forms.Textarea, required=False)
    email = forms.EmailField(label="E-mail address", help_text="We write only about this question.")
    board = forms.ChoiceField(
        label="Board", choices=[("", "Choose a board"), ("finance", "Finance"), ("people", "People")]
    )
    affiliation = forms.ChoiceField(
        label="Whom you work for",
        choices=[("government", "Government"), ("research", "Research"), ("provider", "A provider of services")],
        widget=forms.RadioSelect,
        help_text="It stands beside everything that you write.",
    )
    lines = forms.MultipleChoiceField(
        label="Service lines",
        choices=[("hr", "HR"), ("finance", "Finance and accounting")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    paper = forms.FileField(label="A document", required=False, help_text="DOCX, XLSX, PDF or Markdown, up to 10 MB.")
    agree = forms.BooleanField(label="I have read the guidelines")


def _forms() -> dict[str, forms.Form]:
    wrong = SampleForm({"title": "", "email": "someone@", "board": "sport", "affiliation": ""}, prefix="wrong")
    wrong.add_error(None, "This question was asked an hour ago by somebody else.")
    return {"form": SampleForm(prefix="fresh"), "wrong_form": wrong}


@never_cache
def styleguide(request: HttpRequest) -> HttpResponse:
    """Everything that a page may be made of."""
    now = timezone.now()
    pages = Paginator(range(500), 20)
    context: dict[str, Any] = {
        **_forms(),
        "chip_list": CHIPS,
        "facets": FACETS,
        "chosen": [("Provincial or state", "/styleguide/#facets"), ("HR", "/styleguide/#facets")],
        "pages": [("First page", pages.page(1)), ("In the middle", pages.page(7)), ("Last page", pages.page(25))],
        "letters": [(letter, letter in LETTERS_IN_USE) for letter in LETTERS],
        "moments": [now, now - timedelta(hours=3), now - timedelta(days=12), now - timedelta(days=400)],
        "crumb_list": [("Home", "/"), ("Cases", "/cases/"), ("Five counties share one payroll", "")],
        "icons": ["search", "menu", "down", "next", "previous", "download", "check", "info", "warning", "error"],
    }
    return render(request, "core/styleguide.html", context)

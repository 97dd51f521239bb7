"""A scheme edited as a spreadsheet: download, upload, look at what would change, apply."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from portal.core.numbers import id_in
from portal.core.viewer import viewer_of
from taxonomy import history, spreadsheet
from taxonomy.models import BulkEdit, Scheme
from taxonomy.rules import VocabularyError
from taxonomy.services import bulk
from taxonomy.stewarding.doors import for_stewards
from taxonomy.stewarding.tree import Crumb, page_furniture
from taxonomy.text import clean_line

MOST_SHOWN = 500


class UploadForm(forms.Form):
    """A spreadsheet, cleaned to its rows."""

    file = forms.FileField(
        label=gettext_lazy("The spreadsheet"),
        help_text=gettext_lazy("A CSV file, at most 5 MB. Nothing is changed yet: the next page shows what would be."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> list[spreadsheet.Row]:
        file = self.cleaned_data["file"]
        self.file_name = clean_line(file.name)[-120:]
        try:
            return spreadsheet.read(file.read(spreadsheet.MOST_BYTES + 1))
        except spreadsheet.UnreadableError as error:
            raise forms.ValidationError(str(error)) from error


@for_stewards
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which scheme."""
    context = {**page_furniture(_("Edit in a spreadsheet"), _to_tree()), "schemes": Scheme.objects.all()}
    return TemplateResponse(request, "taxonomy/stewarding/bulk_schemes.html", context)


@for_stewards
@require_safe
def download(request: HttpRequest, slug: str) -> HttpResponse:
    """The scheme as CSV."""
    scheme = get_object_or_404(Scheme, slug=slug)
    headers = {"Content-Disposition": f'attachment; filename="{scheme.slug}.csv"', "Cache-Control": "private, no-store"}
    return HttpResponse(bulk.export(scheme), content_type="text/csv; charset=utf-8", headers=headers)


@for_stewards
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; with a file what it would change; with `apply` what was shown is done."""
    scheme = get_object_or_404(Scheme, slug=slug)
    if request.method == "POST" and "apply" in request.POST:
        return _apply(request, scheme)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        rows = form.cleaned_data["file"]
        context |= _shown(request, scheme, rows, form.file_name)
    return _page(request, scheme, context)


def _shown(request: HttpRequest, scheme: Scheme, rows: list[spreadsheet.Row], file_name: str) -> dict[str, Any]:
    """The dry run's outcome, kept to be applied if it can be."""
    outcome = bulk.dry_run(scheme, rows)
    context: dict[str, Any] = {"outcome": outcome, "shown": outcome.changes[:MOST_SHOWN], "file_name": file_name}
    if outcome.changes and not outcome.errors:
        user_id = viewer_of(request).user_id or 0
        BulkEdit.objects.filter(user_id=user_id, scheme=scheme).delete()
        context["edit"] = BulkEdit.objects.create(
            user_id=user_id, scheme=scheme, file_name=file_name, rows=rows, token=outcome.token
        )
    return context


def _apply(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    pk = id_in(request.POST["apply"]) or 0
    edit = BulkEdit.objects.filter(pk=pk, user_id=viewer_of(request).user_id or 0, scheme=scheme).first()
    if edit is None:
        messages.error(request, _("This spreadsheet was applied already, or waited too long. Upload it again."))
        return redirect(reverse("vocabulary_bulk_scheme", args=[scheme.slug]))
    rows = [spreadsheet.Row(line, cells) for line, cells in edit.rows]
    try:
        with history.acting(by_id=viewer_of(request).user_id):
            outcome = bulk.apply_rows(scheme, rows, edit.token)
    except VocabularyError as error:
        messages.error(request, error.messages[0])
        return _page(request, scheme, {"form": UploadForm(), **_shown(request, scheme, rows, edit.file_name)})
    edit.delete()
    number = len(outcome.changes)
    messages.success(request, ngettext("%d term was written.", "%d terms were written.", number) % number)
    return redirect(reverse("vocabulary_tree", args=[scheme.slug]))


def _page(request: HttpRequest, scheme: Scheme, context: dict[str, Any]) -> HttpResponse:
    up = Crumb(_("Edit in a spreadsheet"), reverse("vocabulary_bulk"))
    furniture = page_furniture(scheme.title, _to_tree(), up)
    columns = {"columns": spreadsheet.COLUMNS, "most_shown": MOST_SHOWN, "scheme": scheme}
    return TemplateResponse(request, "taxonomy/stewarding/bulk.html", {**furniture, **columns, **context})


def _to_tree() -> Crumb:
    return Crumb(_("Vocabulary"), reverse("vocabulary_schemes"))

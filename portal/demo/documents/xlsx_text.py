"""Sheets of text: how to use a workbook, and what its columns mean."""

import textwrap

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from portal.demo.documents.xlsx_spec import Sheet, Workbook

_FONT = "Arial"
_BRAND = "FF0B4F71"
_WIDTH = 92  # letters: what fits on A4 upright
_LEGEND = "White cells are yours to fill in. Grey cells calculate: leave their formulas as they are."


def write(page: Worksheet, sheet: Sheet, plan: Workbook) -> None:
    page.column_dimensions["A"].width = _WIDTH
    lines = [f"# {plan.title}", *_paragraphs(sheet.text), _LEGEND, *_column_guide(sheet, plan)]
    for number, line in enumerate(lines, 1):
        _line(page, number, line)


def wrap_lines(lines: list[str], width: float) -> list[str]:
    """Notes cut to the width of the table below them: a note that ran past it would be lost on paper."""
    return [piece for line in lines for piece in textwrap.wrap(line, max(60, min(int(width * 1.05), 150)))]


def _paragraphs(text: str) -> list[str]:
    """The lines of a text; one that goes on in the next line of the source is put together again."""
    result: list[str] = []
    open_paragraph = False
    for raw in text.splitlines():
        line = raw.strip()
        starts_item = line.startswith(("#", "- ")) or line.partition(". ")[0].isdigit()
        if open_paragraph and line and not starts_item:
            result[-1] += f" {line}"
        elif line:
            result.append(line)
        open_paragraph = bool(line) and not line.startswith("#")
    return result


def _column_guide(sheet: Sheet, plan: Workbook) -> list[str]:
    lines: list[str] = []
    for key in sheet.columns_of:
        table = next(each for each in plan.sheets if each.key == key)
        lines.append(f"## Columns of the sheet “{table.name}”")
        lines += [f"{column.title}: {column.help}" for column in table.columns if column.help]
    return lines


def _line(page: Worksheet, number: int, line: str) -> None:
    marks, _, rest = line.partition(" ")
    height = 13.5 * -(-len(line) // (_WIDTH + 12))
    cell = page.cell(number, 1)
    size, bold, colour, indent = 10, False, "FF1F2933", 0
    if marks in ("#", "##"):
        size, bold, colour, line = {"#": 16, "##": 12}[marks], True, _BRAND, rest
        height = 28
    elif marks == "-":
        line, indent = f"•  {rest}", 1
    elif marks.rstrip(".").isdigit() and marks.endswith("."):
        indent = 1
    page.row_dimensions[number].height = height + 2
    cell.value = line
    cell.font = Font(name=_FONT, size=size, bold=bold, color=colour)
    cell.alignment = Alignment(wrap_text=True, vertical="bottom" if bold else "top", indent=indent)

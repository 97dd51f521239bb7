"""YAML to Excel. What the YAML may say stands in `xlsx_spec`; how names in formulas work, in `xlsx_refs`."""

import io
import textwrap
from math import ceil
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from portal.demo.documents import xlsx_text
from portal.demo.documents.archive import AUTHOR, LANGUAGE, MADE, normalise
from portal.demo.documents.xlsx_lists import add_drop_downs
from portal.demo.documents.xlsx_refs import Names, Place
from portal.demo.documents.xlsx_spec import FORMATS, Column, Sheet, Workbook, parse

FONT = "Arial"
BRAND = "FF0B4F71"
_HEADER_FILL = PatternFill("solid", fgColor=BRAND)
_CALCULATED_FILL = PatternFill("solid", fgColor="FFEDF1F4")
_LINE = Side(style="thin", color="FFC3CDD5")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LEFT = Alignment(horizontal="left", wrap_text=True, vertical="top", indent=1)
_RIGHT = Alignment(horizontal="right", vertical="top", indent=1)
_LETTERS_ACROSS = 190  # a table wider than this is printed on pages side by side, or it could not be read
_NUMERIC = set(FORMATS) - {"text"}
_LISTS_NOTE = "Change the words here and the drop-down lists follow. A score belongs to the word on its left."


def build_xlsx(spec: dict[str, Any], *, source: str = "workbook") -> bytes:
    """The Excel file of a specification. `source` is the name that an error message gives to it."""
    plan = parse(spec, source)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    places = {sheet.key: Place(sheet, _header_row(sheet)) for sheet in plan.sheets if sheet.columns}
    names = Names(plan, places)
    for sheet in plan.sheets:
        page = book.create_sheet(sheet.name)
        if sheet.columns:
            _table_sheet(page, places[sheet.key], names)
        else:
            xlsx_text.write(page, sheet, plan)
        _print_setup(page, plan, landscape=bool(sheet.columns))
    if plan.lists:
        _lists_sheet(book, plan)
    _properties(book, plan)
    result = io.BytesIO()
    book.save(result)
    return normalise(result.getvalue())


def _header_row(sheet: Sheet) -> int:
    return 2 + len(_notes(sheet)) + 1


def _notes(sheet: Sheet) -> list[str]:
    return xlsx_text.wrap_lines(sheet.notes, sum(column.width for column in sheet.columns))


def _table_sheet(page: Worksheet, place: Place, names: Names) -> None:
    sheet = place.sheet
    write_heading(page, sheet.name, _notes(sheet))
    for number, column in enumerate(sheet.columns, 1):
        header_cell(page, place.header, number, column.title, column.width)
    lines = max(len(textwrap.wrap(column.title, int(column.width) - 2)) for column in sheet.columns)
    page.row_dimensions[place.header].height = 13.0 * lines + 5
    for offset in range(len(sheet.rows) + sheet.blank_rows):
        row = sheet.rows[offset] if offset < len(sheet.rows) else {}
        _data_row(page, place.first + offset, row, sheet, names)
    add_drop_downs(page, place, names)
    page.freeze_panes = page.cell(place.first, sheet.freeze_columns + 1).coordinate
    page.print_title_rows = f"{place.header}:{place.header}"
    if sheet.freeze_columns:
        page.print_title_cols = f"A:{get_column_letter(sheet.freeze_columns)}"
    if sheet.table:
        last = get_column_letter(len(sheet.columns))
        table = Table(displayName=f"T_{sheet.key}", ref=f"A{place.header}:{last}{place.last}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        page.add_table(table)


def write_heading(page: Worksheet, title: str, notes: list[str]) -> None:
    page["A1"] = title
    page["A1"].font = Font(name=FONT, size=16, bold=True, color=BRAND)
    for number, note in enumerate(notes, 2):
        page.cell(number, 1, note).font = Font(name=FONT, size=10)


def header_cell(page: Worksheet, row: int, column: int, title: str, width: float) -> None:
    cell = page.cell(row, column, title)
    cell.font = Font(name=FONT, size=10, bold=True, color="FFFFFFFF")
    cell.fill, cell.border = _HEADER_FILL, _BOX
    cell.alignment = Alignment(horizontal="left", wrap_text=True, vertical="center", indent=1)
    page.column_dimensions[get_column_letter(column)].width = width


def _data_row(page: Worksheet, line: int, row: dict[str, Any], sheet: Sheet, names: Names) -> None:
    formats = row.get("_formats", {})
    for number, column in enumerate(sheet.columns, 1):
        cell = page.cell(line, number)
        value = _value(row, column, number)
        calculated = _is_formula(value)
        cell.value = names.resolve(value, sheet, line) if calculated else value
        kind = formats.get(column.key, column.format)
        cell.number_format = FORMATS[kind]
        cell.alignment = _RIGHT if kind in _NUMERIC else _LEFT
        cell.font = Font(name=FONT, size=10, italic=bool(row.get("_example")))
        cell.border = _BOX
        if calculated:
            cell.fill = _CALCULATED_FILL
    page.row_dimensions[line].height = _height(row, sheet)


def _height(row: dict[str, Any], sheet: Sheet) -> float:
    """An estimate for programs that do not fit the height of a row to its words when they open a file."""
    columns = enumerate(sheet.columns, 1)
    return 13.0 * max(_lines(_value(row, column, number), column) for number, column in columns) + 2


def _lines(value: Any, column: Column) -> int:
    if _is_formula(value):  # a long text that is looked up needs two lines
        return 2 if column.width >= 40 and "INDEX(" in value else 1
    return max(1, ceil(len(str(value or "")) / column.width))


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def _value(row: dict[str, Any], column: Column, number: int) -> Any:
    value = row.get(column.key)
    if value is None and column.formula:
        return column.formula
    if number == 1 and row.get("_example"):
        return f"Example: {value}"
    return None if value == "" else value


def _lists_sheet(book: openpyxl.Workbook, plan: Workbook) -> None:
    page = book.create_sheet("Lists")
    write_heading(page, "Lists", [_LISTS_NOTE])
    number = 1
    for key, items in plan.lists.items():
        title = key.replace("_", " ").capitalize()
        _list_column(book, page, number, title, f"list_{key}", list(items))
        number += 1
        if key in plan.scored:
            _list_column(book, page, number, f"{title}: score", f"score_{key}", list(items.values()))
            number += 1
    page.freeze_panes = "A5"
    page.print_title_rows = "4:4"
    _print_setup(page, plan, landscape=True)


def _list_column(
    book: openpyxl.Workbook, page: Worksheet, number: int, title: str, name: str, values: list[Any]
) -> None:
    header_cell(page, 4, number, title, 20 if name.startswith("score_") else 30)
    for line, value in enumerate(values, 5):
        cell = page.cell(line, number, value)
        cell.font, cell.border = Font(name=FONT, size=10), _BOX
        cell.alignment = _LEFT if isinstance(value, str) else _RIGHT
    letter = get_column_letter(number)
    area = f"Lists!${letter}$5:${letter}${4 + len(values)}"
    book.defined_names[name] = DefinedName(name, attr_text=area)


def _print_setup(page: Worksheet, plan: Workbook, *, landscape: bool) -> None:
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.paperSize = 9  # A4
    width = sum(each.width for each in page.column_dimensions.values())
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = ceil(width / _LETTERS_ACROSS), 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.5
    page.sheet_view.showGridLines = False
    footer: Any = page.oddFooter
    footer.left.text = f"{plan.title} · {AUTHOR}".replace("&", "&&")
    footer.right.text = "&A · page &P of &N"


def _properties(book: openpyxl.Workbook, plan: Workbook) -> None:
    properties = book.properties
    properties.title, properties.subject = plan.title, plan.subject or None
    properties.creator = properties.lastModifiedBy = AUTHOR
    properties.created, properties.language = MADE, LANGUAGE
    book.calculation.fullCalcOnLoad = True  # formulas are stored without results; Excel computes them
    book.active = 0

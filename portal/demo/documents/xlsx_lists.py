"""Drop-down lists, limits on numbers, and the hint that appears when a cell is chosen."""

from itertools import groupby

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from portal.demo.documents.xlsx_refs import Names, Place
from portal.demo.documents.xlsx_spec import Column

_LONGEST_TITLE = 32  # Excel's limit for the title of a hint


def add_drop_downs(page: Worksheet, place: Place, names: Names) -> None:
    for column in place.sheet.columns:
        lines = range(place.first, place.last + 1)
        for name, run in groupby(lines, key=lambda line: _list_of(place, column, line)):
            cells = list(run)
            rule = _rule(place, column, name, names)
            if rule is not None:
                letter = place.letter(column.key)
                rule.add(f"{letter}{cells[0]}:{letter}{cells[-1]}")
                page.add_data_validation(rule)


def _list_of(place: Place, column: Column, line: int) -> str:
    offset = line - place.first
    row = place.sheet.rows[offset] if offset < len(place.sheet.rows) else {}
    return str(row.get("_lists", {}).get(column.key, column.list))


def _rule(place: Place, column: Column, list_name: str, names: Names) -> DataValidation | None:
    limited = column.min is not None or column.max is not None
    if not (list_name or limited or column.help):
        return None
    rule = DataValidation(allow_blank=True)
    if list_name:
        _as_list(rule, list_name, place, names)
    elif limited:
        _as_range(rule, column)
    if column.help:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = column.title[:_LONGEST_TITLE], column.help
    return rule


def _as_list(rule: DataValidation, name: str, place: Place, names: Names) -> None:
    rule.type = "list"
    rule.formula1 = names.resolve(name, place.sheet, 0) if name.startswith("[") else f"list_{name}"
    rule.showErrorMessage = True
    rule.errorTitle = "Choose from the list"
    rule.error = "Choose a word from the list. To change the words, go to the sheet they come from."


def _as_range(rule: DataValidation, column: Column) -> None:
    low = column.min if column.min is not None else -1e12
    high = column.max if column.max is not None else 1e12
    rule.type, rule.operator = "whole" if column.format == "integer" else "decimal", "between"
    rule.formula1, rule.formula2 = f"{low:g}", f"{high:g}"
    rule.showErrorMessage = True
    rule.errorTitle = "A number is expected"
    rule.error = f"Enter a number from {low:g} to {high:g}."

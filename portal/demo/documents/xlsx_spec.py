"""What a workbook's YAML may say, and the sentences that name what is wrong with it.

    title: Stakeholder register          # required: the document's title
    subject: Who gains, who loses …      # optional
    lists:                               # optional: drop-down lists, on a sheet "Lists" that users may change
      area: [Policy, Finance]            #   plain; formulas may use the name list_area
      support: {Opposes: -2, Leads: 2}   #   with scores; formulas may also use score_support
    sheets:
      - name: How to use                 # text: '## ' headings, '- ' bullets, '1. ' steps, paragraphs
        text: |
          ## Steps
          1. …
        columns_of: [register]           # optional: explains these tables' columns, from their `help`
      - name: Register                   # a table
        key: register                    # what formulas call it
        notes: [one line, another]       # optional: lines above the header
        columns:
          - {key: who, title: Who, width: 28, help: what to write}
          - {key: support, title: Support, width: 14, list: support}           # or list: "[customers:name]"
          - {key: weight, title: Weight, width: 10, format: integer, min: 0, max: 5}
          - {key: score, title: Score, width: 10, format: integer, formula: '=[weight]*2'}
        rows:
          - {who: A county board, weight: 3, _example: true}     # written in italics, labelled "Example: "
          - {_key: total, who: Total, weight: '=SUM([:weight@first..last])', _formats: {weight: money}}
          - {who: Choose, weight: 1, _lists: {who: area}}          # a list for one cell
        blank_rows: 30                   # empty rows with drop-downs and formulas ready
        freeze_columns: 1                # optional, 0
        table: true                      # optional: false leaves out filters, for a form or a summary

A formula is any text that begins with '='. Square brackets in it refer to cells by name:
`[col]` this row · `[:col]` this sheet's column · `[sheet:col]` another sheet's column · `[:col@row]` and
`[sheet:col@row]` one cell, in the row with that `_key` · `[sheet:col@row..row]` from one to another.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

FORMATS = {
    "text": "General",
    "integer": "#,##0",
    "quiet": "#,##0;-#,##0;;@",  # not shown when it is zero
    "number": "#,##0.0",
    "money": "#,##0",
    "price": "#,##0.00",
    "quiet_price": "#,##0.00;-#,##0.00;;@",
    "percent": "0%",
    "rate": "0.0%",
    "factor": "0.000",
    "date": "yyyy-mm-dd",
    "year": "0",
}
RESERVED = {"_key", "_example", "_formats", "_lists"}
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "a whole number": int,
    "a number": (int, float),
    "a list": list,
    "true or false": bool,
}
_COLUMN_TYPES = {
    **dict.fromkeys(("key", "title", "format", "list", "help", "formula"), "text"),
    **dict.fromkeys(("width", "min", "max"), "a number"),
}
_SHEET_TYPES = {
    **dict.fromkeys(("name", "key", "text"), "text"),
    **dict.fromkeys(("columns_of", "notes", "columns", "rows"), "a list"),
    **dict.fromkeys(("blank_rows", "freeze_columns"), "a whole number"),
    "table": "true or false",
}
_FORBIDDEN_IN_NAMES = set("[]:*?/\\'")
_LONGEST_NAME = 31  # Excel's
_LONGEST_HELP = 255  # Excel's


@dataclass
class Column:
    key: str
    title: str
    width: float
    format: str = "text"
    list: str = ""
    help: str = ""
    formula: str = ""
    min: float | None = None
    max: float | None = None


@dataclass
class Sheet:
    name: str
    key: str = ""
    text: str = ""
    columns_of: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    blank_rows: int = 0
    freeze_columns: int = 0
    table: bool = True


@dataclass
class Workbook:
    title: str
    source: str
    subject: str = ""
    lists: dict[str, dict[str, float | None]] = field(default_factory=dict)  # label → score
    scored: set[str] = field(default_factory=set)
    sheets: list[Sheet] = field(default_factory=list)


def read_spec(path: Path) -> dict[str, Any]:
    try:
        spec = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: this is not YAML: {error}") from error
    if not isinstance(spec, dict):
        raise ValueError(f"{path.name}: a workbook is a mapping with a title and sheets.")
    return spec


def parse(spec: dict[str, Any], source: str) -> Workbook:
    _only(spec, {"title", "subject", "lists", "sheets"}, source, "the workbook")
    workbook = Workbook(
        title=_text(spec, "title", source, "title"), source=source, subject=str(spec.get("subject", ""))
    )
    for key, items in _mapping(spec.get("lists", {}), source, "lists").items():
        _list(workbook, key, items)
    sheets = spec.get("sheets")
    if not isinstance(sheets, list) or not sheets:
        raise ValueError(f"{source}: sheets is missing or empty; a workbook has at least one sheet.")
    workbook.sheets = [_sheet(each, source, f"sheets[{index}]") for index, each in enumerate(sheets)]
    _check_together(workbook)
    return workbook


def _list(workbook: Workbook, key: str, items: Any) -> None:
    where = f"lists.{key}"
    _key(key, workbook.source, where)
    if not isinstance(items, list | dict) or not items:
        raise ValueError(f"{workbook.source}: {where} must be a list of words, or words with scores.")
    for label in items:
        if not isinstance(label, str):
            raise ValueError(
                f"{workbook.source}: {where} has the entry {label!r}, which YAML reads as no text; quote it."
            )
    if isinstance(items, dict):
        workbook.scored.add(key)
        scores = [_number(score, workbook.source, where) for score in items.values()]
        workbook.lists[key] = dict(zip(items, scores, strict=True))
    else:
        workbook.lists[key] = dict.fromkeys(items)


def _sheet(spec: Any, source: str, where: str) -> Sheet:
    spec = _mapping(spec, source, where)
    _typed(spec, _SHEET_TYPES, source, where)
    name = _text(spec, "name", source, f"{where}.name")
    if len(name) > _LONGEST_NAME or _FORBIDDEN_IN_NAMES & set(name):
        raise ValueError(f"{source}: {where}.name '{name}' is too long for Excel or holds a sign it forbids.")
    sheet = Sheet(**{**spec, "key": spec.get("key", name), "columns": []})
    columns = spec.get("columns", [])
    if bool(columns) == bool(sheet.text):
        raise ValueError(f"{source}: {where} needs either columns or text, and not both.")
    if not columns:
        return sheet
    _key(sheet.key, source, f"{where}.key")
    if len(sheet.rows) + sheet.blank_rows < 1:
        raise ValueError(f"{source}: {where} has neither rows nor blank_rows.")
    sheet.columns = [_column(each, source, f"{where}.columns[{index}]") for index, each in enumerate(columns)]
    for attribute in ("title", "key"):
        values = [getattr(column, attribute) for column in sheet.columns]
        _no_doubles(values, source, f"{where}.columns", attribute)
    for index, row in enumerate(sheet.rows):
        _row(row, sheet, source, f"{where}.rows[{index}]")
    return sheet


def _column(spec: Any, source: str, where: str) -> Column:
    spec = _mapping(spec, source, where)
    _typed(spec, _COLUMN_TYPES, source, where)
    _text(spec, "title", source, f"{where}.title")
    _key(_text(spec, "key", source, f"{where}.key"), source, f"{where}.key")
    _number(spec.get("width"), source, f"{where}.width")
    column = Column(**spec)
    _known_format(column.format, source, f"{where}.format")
    if len(column.help) > _LONGEST_HELP:
        raise ValueError(f"{source}: {where}.help is longer than {_LONGEST_HELP} letters, which Excel cuts.")
    if column.formula and not column.formula.startswith("="):
        raise ValueError(f"{source}: {where}.formula must begin with '='.")
    return column


def _row(row: Any, sheet: Sheet, source: str, where: str) -> None:
    row = _mapping(row, source, where)
    formats = {column.key: column.format for column in sheet.columns}
    _only(row, set(formats) | RESERVED, source, where)
    for key in ("_formats", "_lists"):
        _only(_mapping(row.get(key, {}), source, f"{where}.{key}"), set(formats), source, f"{where}.{key}")
    formats.update(row.get("_formats", {}))
    for key, value in row.items():
        if key in RESERVED or value is None or (isinstance(value, str) and value.startswith("=")):
            continue
        _known_format(formats[key], source, f"{where}._formats.{key}")
        wanted: type | tuple[type, ...] = (int, float)
        if formats[key] in ("text", "date"):
            wanted = date if formats[key] == "date" else (str, int, float)
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise ValueError(f"{source}: {where}.{key} is {value!r}, which is no '{formats[key]}'.")


def _check_together(workbook: Workbook) -> None:
    source = workbook.source
    for attribute in ("name", "key"):
        values = [getattr(sheet, attribute) for sheet in workbook.sheets]
        _no_doubles(values, source, "sheets", attribute)
    keys = {sheet.key for sheet in workbook.sheets if sheet.columns}
    for sheet in workbook.sheets:
        for wanted in set(sheet.columns_of) - keys:
            raise ValueError(f"{source}: sheet '{sheet.name}', columns_of: no table has the key '{wanted}'.")
        for name in _lists_used(sheet):
            if not name.startswith("[") and name not in workbook.lists:
                raise ValueError(f"{source}: sheet '{sheet.name}' uses a list '{name}' that is not in lists.")


def _lists_used(sheet: Sheet) -> list[str]:
    of_rows = [name for row in sheet.rows for name in row.get("_lists", {}).values()]
    return [column.list for column in sheet.columns if column.list] + of_rows


def _mapping(value: Any, source: str, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{source}: {where} must be a mapping of keys to values.")
    return value


def _only(spec: dict[str, Any], allowed: set[str], source: str, where: str) -> None:
    unknown = sorted(str(key) for key in spec if key not in allowed)
    if unknown:
        raise ValueError(
            f"{source}: {where} has the unknown key '{unknown[0]}'; it may have {', '.join(sorted(allowed))}."
        )


def _typed(spec: dict[str, Any], kinds: dict[str, str], source: str, where: str) -> None:
    _only(spec, set(kinds), source, where)
    for key, value in spec.items():
        is_flag = isinstance(value, bool) and kinds[key] != "true or false"
        if is_flag or not isinstance(value, _TYPES[kinds[key]]):
            raise ValueError(f"{source}: {where}.{key} must be {kinds[key]}, not {value!r}.")


def _key(value: str, source: str, where: str) -> None:
    if not _KEY.fullmatch(value):
        raise ValueError(f"{source}: {where} '{value}' must be lower-case letters, digits and underscores.")


def _text(spec: dict[str, Any], key: str, source: str, where: str) -> str:
    value = spec.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{source}: {where} is missing; it must be a text.")
    return value


def _number(value: Any, source: str, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"{source}: {where} must be a number, not {value!r}.")
    return value


def _known_format(value: str, source: str, where: str) -> None:
    if value not in FORMATS:
        raise ValueError(f"{source}: {where} is '{value}'; it must be one of {', '.join(FORMATS)}.")


def _no_doubles(values: list[str], source: str, where: str, attribute: str) -> None:
    doubles = sorted({value for value in values if values.count(value) > 1})
    if doubles:
        raise ValueError(f"{source}: two of {where} have the {attribute} '{doubles[0]}'.")

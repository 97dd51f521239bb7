"""Every source of the starter kit becomes a real Word or Excel file. Nothing here needs a database."""

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from docx import Document
from docx.oxml.ns import qn
from openpyxl.utils import range_boundaries

from portal.demo import documents
from portal.demo.documents import build_file, read_spec

TOOLKIT = Path(documents.__file__).parent.parent / "content" / "toolkit"
SOURCES = TOOLKIT / "documents"
TEXTS = sorted(SOURCES.glob("*.md"))
WORKBOOKS = sorted(SOURCES.glob("*.yaml"))
TOOLS = sorted((TOOLKIT / "tools").glob("*.md"))
PROMISED = {
    "business-case": {"business-case-template", "cost-baseline-workbook", "planning-assumptions-register"},
    "authorisation": {"stakeholder-register", "sponsor-briefing-template", "gains-and-losses-map"},
    "governance": {
        "governance-chooser",
        "service-level-agreement-template",
        "kpi-catalogue",
        "readiness-checklist",
    },
    "operations": {"customer-needs-survey", "service-catalogue-template", "transparent-fees-calculator"},
    "learning": {"case-nomination-form", "clinic-facilitator-guide", "maturity-self-check"},
}
SHEET_IN_FORMULA = re.compile(r"'([^']+)'!")
NAME_IN_FORMULA = re.compile(r"\b(?:list|score)_\w+")


def name_of(path: Path) -> str:
    return path.stem


def front_matter(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
    assert isinstance(data, dict)
    return data


@cache
def built(path: Path) -> bytes:
    return build_file(path, format="docx" if path.suffix == ".md" else "xlsx", title="A title")


def word(path: Path) -> Any:
    return Document(io.BytesIO(built(path)))


@cache
def excel(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(built(path)))


def words_of(document: Any) -> str:
    """Every word, check boxes included, which python-docx's own `text` leaves out."""
    paragraphs = document.element.body.iter(qn("w:p"))
    return "\n".join("".join(each.text or "" for each in one.iter(qn("w:t"))) for one in paragraphs)


def formulas(book: openpyxl.Workbook) -> list[tuple[str, str, str]]:
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]


# The kit as a whole


def test_each_stage_has_the_tools_that_other_pages_link_to() -> None:
    found: dict[str, set[str]] = {}
    for path in TOOLS:
        found.setdefault(front_matter(path)["stage"], set()).add(path.stem)
    missing = {stage: tools - found.get(stage, set()) for stage, tools in PROMISED.items()}
    assert not any(missing.values()), missing


def test_the_five_stages_stand_in_order() -> None:
    stages = yaml.safe_load((TOOLKIT / "stages.yaml").read_text("utf-8"))
    assert [(stage["number"], stage["slug"]) for stage in stages] == list(enumerate(PROMISED, 1))
    assert all(len(stage["summary"]) <= 220 and len(stage["steps"]) >= 5 for stage in stages)


@pytest.mark.parametrize("path", TOOLS, ids=name_of)
def test_the_tool_says_what_it_is_and_what_to_take(path: Path) -> None:
    tool = front_matter(path)
    assert tool["slug"] == path.stem
    assert tool["kind"] in {"template", "checklist", "worksheet", "guide"}
    assert 0 < len(tool["summary"]) <= 220
    assert tool["adapt"]
    kinds = {(file["format"], Path(file["source"]).suffix) for file in tool["files"]}
    assert kinds
    assert kinds <= {("docx", ".md"), ("md", ".md"), ("xlsx", ".yaml")}


def test_no_source_lies_about_unused() -> None:
    used = {file["source"] for path in TOOLS for file in front_matter(path)["files"]}
    assert {f"documents/{path.name}" for path in (*TEXTS, *WORKBOOKS)} == used


@pytest.mark.parametrize("path", [*TEXTS, *WORKBOOKS], ids=name_of)
def test_the_same_source_gives_the_same_bytes(path: Path) -> None:
    assert built(path) == built.__wrapped__(path)
    dates = {member.date_time for member in zipfile.ZipFile(io.BytesIO(built(path))).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_a_markdown_download_is_the_source_itself() -> None:
    assert build_file(TEXTS[0], format="md", title="A title") == TEXTS[0].read_bytes()


# Word


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_the_document_has_a_title_and_its_headings_in_order(path: Path) -> None:
    document = word(path)
    source = path.read_text("utf-8")
    expected = [len(marks) - 1 for marks in re.findall(r"^(##+) ", source, re.MULTILINE)]
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles.count("Title") == 1
    assert [int(name[-1]) for name in styles if name.startswith("Heading")] == expected
    assert all(after - before <= 1 for before, after in zip([0, *expected], expected, strict=False))


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_each_table_has_a_marked_header_that_repeats_and_a_name(path: Path) -> None:
    document = word(path)
    source = path.read_text("utf-8")
    assert len(document.tables) == len(re.findall(r"^\|:?-[-:| ]+\|$", source, re.MULTILINE))
    for table in document.tables:
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
        headers = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert headers == [True] + [False] * (len(table.rows) - 1)
        assert all(cell.text.strip() for cell in table.rows[0].cells)


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_the_document_is_in_english_on_a4_with_page_numbers(path: Path) -> None:
    document = word(path)
    core, section = document.core_properties, document.sections[0]
    assert (core.title, core.author, core.language) == ("A title", "Common Ground", "en-GB")
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "en-GB"
    fields = [each.get(qn("w:instr")).strip() for each in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_no_markdown_is_left_in_the_document(path: Path) -> None:
    text = words_of(word(path))
    for mark in ("**", "- [ ]", ":::", "](", "|---", "## "):
        assert mark not in text
    assert text.count("☐") == path.read_text("utf-8").count("- [ ]")


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_references_to_clauses_lead_somewhere(path: Path) -> None:
    source = path.read_text("utf-8")
    clauses: set[str] = set()
    for part in re.split(r"^## ", source, flags=re.MULTILINE)[1:]:
        number = re.match(r"(\d+)\. ", part)
        if number:
            items = re.findall(r"^(\d+)\. ", part, re.MULTILINE)
            clauses |= {number[1], *(f"{number[1]}.{item}" for item in items)}
    text = re.sub(r"[Cc]lauses ([\d.]+), ([\d.]+\d) and ([\d.]+)", r"clause \1 clause \2 clause \3", source)
    assert set(re.findall(r"clause (\d+(?:\.\d+)?)", text)) <= clauses


# Excel


@pytest.mark.parametrize("path", WORKBOOKS, ids=name_of)
def test_each_formula_refers_to_cells_that_exist(path: Path) -> None:
    book = excel(path)
    found = formulas(book)
    assert found
    for sheet, cell, formula in found:
        assert not re.search(r"\[|\]|#REF", formula), (sheet, cell, formula)
        for name in SHEET_IN_FORMULA.findall(formula):
            assert name in book.sheetnames, (sheet, cell, formula)
            assert book[name].max_row > 1, (sheet, cell, formula)
        for name in NAME_IN_FORMULA.findall(formula):
            assert name in book.defined_names, (sheet, cell, formula)
        assert formula.count("(") == formula.count(")"), (sheet, cell, formula)


@pytest.mark.parametrize("path", WORKBOOKS, ids=name_of)
def test_references_to_other_sheets_point_at_filled_headers(path: Path) -> None:
    """The cell above a column that a formula reads is that column's title, and not an empty cell."""
    book = excel(path)
    text = " ".join(formula for _, _, formula in formulas(book))
    for name, column, row in set(re.findall(r"'([^']+)'!\$([A-Z]+)\$(\d+)", text)):
        above = [book[name][f"{column}{line}"].value for line in range(1, int(row))]
        assert any(above), (name, column, row)


@pytest.mark.parametrize("path", WORKBOOKS, ids=name_of)
def test_each_table_has_a_frozen_header_that_prints_and_says_its_columns(path: Path) -> None:
    book = excel(path)
    for spec in [sheet for sheet in read_spec(path)["sheets"] if "columns" in sheet]:
        sheet = book[spec["name"]]
        header = int(str(sheet.freeze_panes).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1
        titles = [cell.value for cell in sheet[header]][: len(spec["columns"])]
        assert titles == [column["title"] for column in spec["columns"]]
        assert sheet.print_title_rows == f"${header}:${header}"
        assert not sheet.merged_cells.ranges
        if spec.get("table", True):
            (table,) = sheet.tables.values()
            left, top, right, bottom = range_boundaries(table.ref)
            assert (left, top, right) == (1, header, len(titles))
            assert bottom is not None
            assert bottom > header


@pytest.mark.parametrize("path", WORKBOOKS, ids=name_of)
def test_each_drop_down_list_leads_to_words(path: Path) -> None:
    book = excel(path)
    for sheet in book.worksheets:
        for rule in sheet.data_validations.dataValidation:
            if rule.type != "list":
                continue
            source = str(rule.formula1)
            area = book.defined_names[source].attr_text if source.startswith("list_") else source
            assert area
            name, cells = area.replace("'", "").replace("$", "").split("!")
            first = book[name][cells.split(":")[0]].value
            assert isinstance(first, str), (sheet.title, source)


@pytest.mark.parametrize("path", WORKBOOKS, ids=name_of)
def test_the_workbook_says_what_it_is_and_how_to_use_it(path: Path) -> None:
    book = excel(path)
    properties = book.properties
    assert properties.title == read_spec(path)["title"]
    assert (properties.creator, properties.language) == ("Common Ground", "en-GB")
    first = book.worksheets[0]
    assert first.title == "How to use"
    assert first["A1"].value == properties.title
    assert book.calculation is not None
    assert book.calculation.fullCalcOnLoad


@pytest.mark.parametrize("path", WORKBOOKS, ids=name_of)
def test_example_rows_are_labelled(path: Path) -> None:
    spec, book = read_spec(path), excel(path)
    for sheet in spec["sheets"]:
        examples = [row for row in sheet.get("rows", []) if row.get("_example")]
        first_column = book[sheet["name"]]["A"]
        labelled = [cell for cell in first_column if str(cell.value or "").startswith("Example: ")]
        assert len(labelled) >= len(examples)
        assert all(cell.font.i for cell in labelled if examples)

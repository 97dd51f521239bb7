"""The two builders on small sources: what they write, and the sentence with which they refuse."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from portal.demo.documents import build_docx, build_file, build_xlsx
from portal.demo.documents.docx_tables import column_widths


def column(**changes: Any) -> list[dict[str, Any]]:
    return [{"key": "a", "title": "A", "width": 10} | changes]


def small_workbook(**changes: Any) -> dict[str, Any]:
    sheet = {"name": "Sums", "key": "sums", "columns": column(), "rows": [{"a": 1}]}
    return {"title": "Small", "sheets": [sheet | changes]}


# Word


def test_numbered_headings_and_their_lists_become_clauses() -> None:
    text = "# T\n\n## 1. First\n\n1. one\n2. two\n   1. deeper\n\n## Annex\n\n1. plain\n\ntext\n\n1. again\n"
    document = Document(io.BytesIO(build_docx(text, title="T")))
    numbers = [
        (each.text, int(each._p.pPr.numPr.numId.val), int(each._p.pPr.numPr.ilvl.val))
        for each in document.paragraphs
        if each._p.pPr is not None and each._p.pPr.numPr is not None
    ]
    (first, *_), clause = numbers, numbers[0][1]
    assert first == ("First", clause, 0)
    assert numbers[1:4] == [("one", clause, 1), ("two", clause, 1), ("deeper", clause, 2)]
    plain, again = numbers[4], numbers[5]
    assert len({clause, plain[1], again[1]}) == 3  # each list counts by itself


def test_bold_italic_links_gaps_and_boxes_survive() -> None:
    text = "# T\n\n**bold** *italic* [gap] [site](https://example.org/a)\n\n- [x] done **well**\n- [ ] open\n"
    document = Document(io.BytesIO(build_docx(text, title="T")))
    runs = {run.text: run for run in document.paragraphs[1].runs}
    assert runs["bold"].bold
    assert runs["italic"].italic
    assert runs["[gap]"].style.name == "Fill In"
    assert document.paragraphs[1].hyperlinks[0].address == "https://example.org/a"
    boxes = [each.get(qn("w14:val")) for each in document.element.iter(qn("w14:checked"))]
    assert boxes == ["1", "0"]


def test_a_callout_keeps_its_title_and_its_text() -> None:
    document = Document(io.BytesIO(build_docx("# T\n\n:::note Mind\nthe *gap*\n:::\n\nafter\n", title="T")))
    pairs = [(each.text, each.style.name) for each in document.paragraphs[1:]]
    assert pairs == [("Mind", "Callout Title"), ("the gap", "Callout"), ("after", "Normal")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no title", "the text has no title"),
        ("# T\n\n# U\n", "second title"),
        ("# T\n\n## 2. Wrong\n", "should have the number 1"),
        ("# T\n\n## 1. A\n\n3. three\n", "starts at 3, not 1"),
        ("# T\n\n[x](/cases/)\n", "the link '/cases/' must be a full address"),
        ("# T\n\n<b>raw</b>\n", "html_inline"),
        ("# T\n\n```\ncode\n```\n", "'fence' is nothing"),
        ("# T\n\n:::note A\n- list\n:::\n", "'bullet_list' in a callout"),
        ("# T\n\n| a | |\n|---|---|\n| 1 | 2 |\n", "empty header cell"),
        ("# T\n\n- a\n  - b\n    - c\n      - d\n", "too deep"),
        ("# T\n\n- a\n\n  > quote\n", "holds more than text and lists"),
        ("# T\n\n- # heading\n", "does not begin with text"),
    ],
)
def test_a_text_that_cannot_be_written_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^notes\.md: ") as caught:
        build_docx(text, title="T", source="notes.md")
    assert sentence in str(caught.value)


def test_columns_fill_the_page_and_give_room_to_answers() -> None:
    question, answer = column_widths([["Question", "Your answer"], ["Who?", ""], ["What?", ""]])
    assert round(question + answer, 1) == 17.0
    assert answer > question


# Excel


def test_names_in_formulas_become_cells() -> None:
    rows = [{"_key": "first", "a": 1}, {"_key": "last", "a": 2}]
    columns = [
        {"key": "a", "title": "A", "width": 9, "format": "integer"},
        {"key": "b", "title": "B", "width": 9, "formula": "=[a]*2+SUM([:a])+[:a@last]+SUM([:a@first..last])"},
    ]
    other = {
        "name": "Other one",
        "key": "other",
        "columns": [{"key": "c", "title": "C", "width": 9}],
        "rows": [{"c": "=SUM([sums:a])+[sums:a@last]"}],
    }
    spec = small_workbook(columns=columns, rows=rows, blank_rows=1)
    spec["sheets"].append(other)
    book = openpyxl.load_workbook(io.BytesIO(build_xlsx(spec)))
    assert book["Sums"]["B4"].value == "=A4*2+SUM($A$4:$A$6)+$A$5+SUM($A$4:$A$5)"
    assert book["Sums"]["B6"].value.startswith("=A6*2")
    assert book["Other one"]["A4"].value == "=SUM('Sums'!$A$4:$A$6)+'Sums'!$A$5"


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"sheets": []}, "title is missing"),
        ({"title": "T"}, "sheets is missing or empty"),
        ({"title": "T", "sheet": []}, "unknown key 'sheet'"),
        ({"title": "T", "sheets": ["x"]}, "sheets[0] must be a mapping"),
        ({**small_workbook(), "lists": {"a": []}}, "lists.a must be a list of words"),
        ({**small_workbook(), "lists": {"a": [True]}}, "quote it"),
        ({**small_workbook(), "lists": {"a": {"High": "x"}}}, "lists.a must be a number"),
        ({**small_workbook(), "lists": {"A b": ["x"]}}, "lists.A b 'A b' must be lower-case"),
        (small_workbook(name="a/b"), "sheets[0].name 'a/b'"),
        (small_workbook(name=None), "sheets[0].name must be text"),
        (small_workbook(key="a b"), "sheets[0].key 'a b'"),
        (small_workbook(text="both"), "either columns or text"),
        (small_workbook(rows=[]), "neither rows nor blank_rows"),
        (small_workbook(rows={}), "sheets[0].rows must be a list"),
        (small_workbook(blank_rows=True), "sheets[0].blank_rows must be a whole number"),
        (small_workbook(columns=column(width="wide")), "sheets[0].columns[0].width must be a number"),
        (small_workbook(columns=column(format="dollars")), "sheets[0].columns[0].format is 'dollars'"),
        (small_workbook(columns=column(formula="1+1")), "must begin with '='"),
        (small_workbook(columns=column(help="x" * 256)), "longer than 255"),
        (small_workbook(columns=column(list="none")), "a list 'none' that is not in lists"),
        (small_workbook(columns=column() * 2), "have the title 'A'"),
        (small_workbook(rows=[{"b": 1}]), "sheets[0].rows[0] has the unknown key 'b'"),
        (small_workbook(rows=[{"a": 1, "_lists": {"b": "x"}}]), "rows[0]._lists has the unknown key"),
        (small_workbook(columns=column(format="money"), rows=[{"a": "many"}]), "rows[0].a is 'many'"),
        (small_workbook(columns=column(format="date"), rows=[{"a": "soon"}]), "which is no 'date'"),
        (small_workbook(rows=[{"a": "=[b]"}]), "refers to [b], but 'sums' has no column 'b'"),
        (small_workbook(rows=[{"a": "=[gone:a]"}]), "no table has the key 'gone'"),
        (small_workbook(rows=[{"a": "=[:a@gone]"}]), "no row with the _key 'gone'"),
    ],
)
def test_a_malformed_workbook_is_named_with_file_and_key(spec: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^plan\.yaml: ") as caught:
        build_xlsx(spec, source="plan.yaml")
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")


def test_columns_of_an_unknown_table_are_named() -> None:
    spec = small_workbook()
    spec["sheets"].insert(0, {"name": "How", "text": "## A\n", "columns_of": ["gone"]})
    with pytest.raises(ValueError, match="columns_of: no table has the key 'gone'"):
        build_xlsx(spec)


def test_two_sheets_of_one_name_are_refused() -> None:
    spec = small_workbook()
    spec["sheets"] *= 2
    with pytest.raises(ValueError, match="two of sheets have the name 'Sums'"):
        build_xlsx(spec)


def test_a_file_that_is_not_yaml_or_no_mapping_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    for content, sentence in (("a: [1", "this is not YAML"), ("- 1", "a workbook is a mapping")):
        path.write_text(content)
        with pytest.raises(ValueError, match=rf"plan\.yaml: {sentence}"):
            build_file(path, format="xlsx", title="T")


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"plan\.yaml: no builder makes 'pdf'"):
        build_file(tmp_path / "plan.yaml", format="pdf", title="T")

"""The kit's downloads, built from readable sources: Markdown becomes Word, YAML becomes Excel.

`build_file(path, format=…, title=…)` is what a loader calls; `build_docx` and `build_xlsx` work on values.
The same source always gives the same bytes, so that loading twice changes nothing.
"""

from pathlib import Path

from portal.demo.documents.docx import build_docx
from portal.demo.documents.xlsx import build_xlsx
from portal.demo.documents.xlsx_spec import read_spec

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
}

__all__ = ["MEDIA_TYPES", "build_docx", "build_file", "build_xlsx", "read_spec"]


def build_file(path: Path, *, format: str, title: str) -> bytes:
    """The bytes of one download. A fault in the source raises a ValueError whose sentence names the file."""
    match format:
        case "docx":
            return build_docx(path.read_text("utf-8"), title=title, source=path.name)
        case "xlsx":
            return build_xlsx(read_spec(path), source=path.name)
        case "md":
            return path.read_bytes()
        case other:
            raise ValueError(f"{path.name}: no builder makes '{other}'; the formats are docx, xlsx and md.")

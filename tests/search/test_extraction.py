"""Words come out of real files of each format, and nothing that is wrong with one comes out at all."""

import logging
import zipfile
from io import BytesIO

import pytest

from portal.search import extraction
from tests.factories.documents import docx, pdf, xlsx


@pytest.mark.parametrize(
    ("ending", "content", "text"),
    [
        ("docx", docx("Zeppelin leave", "", "for crews", cell="In a table"), "Zeppelin leave\nfor crews\nIn a table"),
        ("xlsx", xlsx(("Risk", 12, None), ("Zeppelin", 1.5)), "Register\nRisk 12\nZeppelin 1.5"),
        ("pdf", pdf("Zeppelin leave"), "Zeppelin leave"),
        ("md", b"# Zeppelin\n\n- *leave* of\n  [crews](https://example.org)\n", "Zeppelin\nleave of crews"),
        ("txt", "\ufeffZeppelin é".encode(), "Zeppelin é"),
        ("csv", b"Zeppelin,1\n", "Zeppelin,1\n"),
        # PostgreSQL would take none of it.
        ("txt", b"Zeppelin\0leave", "Zeppelin leave"),
    ],
)  # fmt: skip
def test_words_come_out_of_each_format(ending: str, content: bytes, text: str) -> None:
    assert extraction.read(ending, content) == text


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pdf"])
def test_a_broken_file_has_no_text_and_a_line_in_the_log(ending: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="portal.search.extraction"):
        assert extraction.read(ending, b"PK\x03\x04 not a file at all") == ""
    assert f"A document ({ending}) cannot be read for search" in caplog.text


def test_other_formats_locked_files_and_empty_ones_have_no_text() -> None:
    assert extraction.read("mp4", b"\0\0\0\x18ftyp") == ""
    assert extraction.read("pdf", pdf("Zeppelin", password="secret")) == ""
    assert extraction.read("docx", b"") == ""


def test_what_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MOST_BYTES", 10)
    assert extraction.read("txt", b"more than ten") == ""


def test_a_small_archive_that_unpacks_to_much_is_refused() -> None:
    bomb = BytesIO(docx("Zeppelin"))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/bomb.xml", "w") as entry:
        for _ in range(extraction.MOST_UNPACKED // 2**20 + 1):
            entry.write(b" " * 2**20)
    assert len(bomb.getvalue()) < extraction.MOST_BYTES
    assert extraction.read("docx", bomb.getvalue()) == ""


def test_a_long_text_is_cut() -> None:
    assert len(extraction.read("txt", b"word " * extraction.MOST_CHARACTERS)) == extraction.MOST_CHARACTERS

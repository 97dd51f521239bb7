"""Sources are written out where readers see them: a short name means something on the page that lists it only."""

import re

from portal.demo.reading import CONTENT, read_entries, read_yaml, written_out
from taxonomy.models import Concept
from toolkit.models import ToolPage

CODES = re.compile(rf"\b(?:{'|'.join(read_yaml('sources.yaml'))})\b")


def test_no_term_and_no_tool_names_its_source_by_a_code() -> None:
    files = [read_yaml(f"glossary/{path.name}") for path in CONTENT.glob("glossary/*.yaml")]
    terms = {entry["source"] for entries in files for entry in entries if entry.get("source")}
    tools = {str(entry.data.get("source", "")) for entry in read_entries("toolkit/tools")}
    assert any(CODES.search(text) for text in terms)
    for texts, short, field in ((terms, False, Concept), (tools, True, ToolPage)):
        longest = field._meta.get_field("source").max_length
        for text in texts:
            written = written_out(text, short=short)
            assert not CODES.search(written), written
            assert len(written) <= (longest or 0), written


def test_other_words_stay_as_they_are() -> None:
    assert written_out("Portal editors") == "Portal editors"
    assert written_out("") == ""
    assert written_out("LNW; form by the portal editors", short=True) == (
        "Leadership for a Networked World; form by the portal editors"
    )

"""Reads the demonstration's data files: YAML, and Markdown with YAML front matter."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).resolve().parent / "content"
FENCE = "---\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One Markdown file: its front matter and its body."""

    path: Path
    data: dict[str, Any]
    body: str

    @property
    def slug(self) -> str:
        return str(self.data["slug"])


def read_yaml(name: str) -> Any:
    """The data of `content/<name>`.

    Raises ValueError naming the file if it is not YAML.
    """
    path = CONTENT / name
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name} is not valid YAML: {error}") from error


def read_entry(path: Path) -> Entry:
    """The Markdown file at `path`.

    Raises ValueError naming the file if its front matter is missing or no YAML mapping.
    """
    text = path.read_text(encoding="utf-8")
    parts = text.split(FENCE, 2)
    if len(parts) != 3 or parts[0]:
        raise ValueError(f"{path.name} has no front matter between two lines of ---.")
    try:
        data = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        raise ValueError(f"The front matter of {path.name} is not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise ValueError(f"The front matter of {path.name} is not a mapping.")
    return Entry(path, data, parts[2])


def read_entries(folder: str) -> list[Entry]:
    """Every Markdown file of `content/<folder>`, by their `order`, then by name."""
    entries = [read_entry(path) for path in sorted((CONTENT / folder).glob("*.md"))]
    return sorted(entries, key=lambda entry: (entry.data.get("order", 999), entry.slug))


def written_out(text: str, *, short: bool = False) -> str:
    """`text` with every short name of `sources.yaml` in it written out: title and publisher, or `short` by whom."""
    published: dict[str, dict[str, str]] = read_yaml("sources.yaml")

    def name(found: re.Match[str]) -> str:
        source = published[found[0]]
        return source["known_as"] if short else f"{source['title']}, {source['publisher']}"

    written = re.sub(rf"\b(?:{'|'.join(map(re.escape, published))})\b", name, text)
    return written[:1].upper() + written[1:]

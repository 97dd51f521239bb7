"""What an import found, would write and left out: counted, with examples, in sentences."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

EXAMPLES = 5


@dataclass
class Report:
    """`changes` counts rows by what happens to them, `oddities` what was odd in the files, each with its examples.

    All examples are kept with `keeps_all`, else the first few of each kind.
    """

    keeps_all: bool = False
    triples: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    untouched: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def odd(self, kind: str, example: str = "", count: int = 1) -> None:
        """Note an oddity of a `kind`, which is a sentence about all of that kind."""
        self.oddities[kind] += count
        kept = self.examples.setdefault(kind, [])
        if example and (self.keeps_all or len(kept) < EXAMPLES):
            kept.append(example)

    @property
    def writes(self) -> int:
        """How many rows are written, concepts' own among them."""
        return self.added + self.changed + sum(self.changes.values())

    def lines(self) -> Iterator[str]:
        """The report for a reader: concepts, rows, oddities with examples."""
        yield _("%(triples)d statements read.") % {"triples": self.triples}
        yield _("Concepts: %(added)d to add, %(changed)d to change, %(unchanged)d as they are.") % {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
        }
        if self.untouched:
            yield _("Concepts of the scheme that the files do not name, which stay: %d.") % self.untouched
        for name, number in self.changes.items():
            yield f"  {name}: {number}"
        for kind, number in self.oddities.items():
            yield f"{number} × {kind}"
            shown = self.examples[kind]
            yield from (f"    {example}" for example in shown)
            if shown and len(shown) < number:
                yield "    …"

"""Names in a formula become cells: `[volume]*[costs:price@hr]` is `D7*Costs!$F$5`."""

import re
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from portal.demo.documents.xlsx_spec import Sheet, Workbook

_REFERENCE = re.compile(r"\[(?:(?P<sheet>\w*):)?(?P<column>\w+)(?:@(?P<row>\w+)(?:\.\.(?P<end>\w+))?)?\]")


@dataclass
class Place:
    """Where a sheet's table stands."""

    sheet: Sheet
    header: int

    @property
    def first(self) -> int:
        return self.header + 1

    @property
    def last(self) -> int:
        return self.header + len(self.sheet.rows) + self.sheet.blank_rows

    def letter(self, key: str) -> str:
        keys = [column.key for column in self.sheet.columns]
        return get_column_letter(keys.index(key) + 1) if key in keys else ""

    def row(self, key: str) -> int:
        keys = [row.get("_key") for row in self.sheet.rows]
        return self.first + keys.index(key) if key in keys else 0


@dataclass
class Names:
    workbook: Workbook
    places: dict[str, Place]

    def resolve(self, formula: str, here: Sheet, row: int) -> str:
        """The formula with cell addresses for names. `row` is the line that the formula stands in."""
        return _REFERENCE.sub(lambda match: self._cells(match, here, row), formula)

    def _cells(self, match: re.Match[str], here: Sheet, row: int) -> str:
        key = here.key if not match["sheet"] else match["sheet"]
        place = self.places.get(key)
        if place is None:
            raise self._unknown(match, here, f"no table has the key '{key}'")
        letter = place.letter(match["column"])
        if not letter:
            raise self._unknown(match, here, f"'{key}' has no column '{match['column']}'")
        if match["sheet"] is None and match["row"] is None:
            return f"{letter}{row}"
        sheet = "" if key == here.key else f"'{place.sheet.name}'!"
        if match["row"] is None:
            return f"{sheet}${letter}${place.first}:${letter}${place.last}"
        lines = [(name, place.row(name)) for name in (match["row"], match["end"]) if name]
        for name, line in lines:
            if not line:
                raise self._unknown(match, here, f"'{key}' has no row with the _key '{name}'")
        return sheet + ":".join(f"${letter}${line}" for _, line in lines)

    def _unknown(self, match: re.Match[str], here: Sheet, reason: str) -> ValueError:
        return ValueError(f"{self.workbook.source}: sheet '{here.name}' refers to {match[0]}, but {reason}.")

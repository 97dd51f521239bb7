"""A set of entries as bytes, one for each id: what SQLite itself looks into where it goes through every row.

To ask a function of ours for each of many rows costs three times as much (`functions` serves walks that end early).
"""

from pyroaring import BitMap

# The condition that a row is of the set, whose bytes are its parameter; false for an id beyond the highest.
HAS_ROW = "SUBSTR(%s, rowid + 1, 1) = x'01'"


def of(ids: BitMap) -> bytes:
    """A byte for each id from 0 to the highest of `ids`: 1 for one in `ids`, 0 for another."""
    if not ids:
        return b""
    size = ids.max() + 1
    # Python goes through the fewer of those inside and those outside.
    inside = len(ids) * 2 <= size
    made = bytearray(size) if inside else bytearray(b"\x01") * size
    for pk in ids if inside else BitMap.flip(ids, 0, size):
        made[pk] = inside
    return bytes(made)

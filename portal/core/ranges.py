"""The `Range` header of RFC 9110, as far as it is served: one range of bytes. What asks for more gets the whole."""

import re

# Eighteen digits say more than any file holds, and no more than a number may have.
_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


class UnsatisfiableError(Exception):
    """The range begins beyond the end."""


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte (both included) that `header` asks for of a file of `size` bytes.

    None if the header is to be ignored: malformed, another unit, or several ranges. Raises UnsatisfiableError.
    """
    found = _ONE_RANGE.fullmatch(header)
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise UnsatisfiableError
    return start, end

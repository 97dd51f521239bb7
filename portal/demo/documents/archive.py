"""The same source gives the same bytes: Office files are zips, and zips remember when they were made."""

import io
import re
import zipfile
from datetime import datetime

AUTHOR = "Common Ground"
LANGUAGE = "en-GB"
MADE = datetime(
    2026, 11, 1, 9, 0, 0
)  # the kit's date of issue: every file carries it, so that re-loading changes nothing

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def normalise(archive: bytes) -> bytes:
    """The archive with its members in their order, without a trace of the moment at which it was written."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            member.external_attr = 0
            new.writestr(member, _cleaned(name, old.read(name)), compresslevel=9)
    return result.getvalue()


def _cleaned(name: str, content: bytes) -> bytes:
    if name.startswith("xl/worksheets/sheet"):
        # Row heights are estimates: rows may grow with what is typed.
        return content.replace(b' customHeight="1"', b"")
    if name != "docProps/core.xml":
        return content
    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)

"""Which files may stand beside a post, and what is kept of them.

What a file is is told by its content. Pictures are drawn anew, so that nothing but what they show comes along; of other
files only those are taken that a browser never runs, none of them is ever shown inside a page, and what they say of
whoever made them is taken out.
"""

import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.core import pictures
from portal.core.uploads import content_problem, without_makers

# Ending → media type. HTML, SVG, scripts, macros and archives are not here.
DOCUMENTS = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PICTURES = ("avif", "gif", "jpg", "jpeg", "png", "webp")
# Pillow's format → the one it is kept in, its ending and media type. Of an animation the first picture stays.
KEPT = {
    "JPEG": ("JPEG", "jpg", "image/jpeg"),
    "PNG": ("PNG", "png", "image/png"),
    "GIF": ("PNG", "png", "image/png"),
    "WEBP": ("WEBP", "webp", "image/webp"),
    "AVIF": ("WEBP", "webp", "image/webp"),
}
SHOWN = {media_type for _format, _ending, media_type in KEPT.values()}
LONGEST_SIDE = 2400
QUALITY = 85
# Bytes, as file systems count them.
LONGEST_NAME = 150

_DROPPED = re.compile(r"[^\w .()+-]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file as it is kept."""

    name: str
    media_type: str
    content: bytes


def accepted(upload: UploadedFile) -> Accepted:
    """What is kept of `upload`. Raises ValidationError with a sentence that names the file."""
    stem, ending = named(upload.name or "")
    try:
        return _accepted(upload, stem, ending)
    except forms.ValidationError as error:
        raise forms.ValidationError(f"{stem}.{ending}: {error.messages[0]}", code=error.code) from error


def _accepted(upload: UploadedFile, stem: str, ending: str) -> Accepted:
    largest = settings.FORUM_FILE_SIZE
    if (upload.size or 0) > largest:
        raise forms.ValidationError(
            _("the file is larger than %(largest)s.") % {"largest": filesizeformat(largest)}, code="too_large"
        )
    if not upload.size:
        raise forms.ValidationError(_("the file is empty."), code="empty")
    if ending in PICTURES:
        return _picture(upload, stem)
    if ending not in DOCUMENTS:
        taken = ", ".join(sorted((*DOCUMENTS, *PICTURES))).upper()
        raise forms.ValidationError(_("files of this kind are not taken. These are: %s.") % taken, code="wrong_kind")
    if problem := content_problem(f"{stem}.{ending}", upload):
        raise forms.ValidationError(problem, code="wrong_content")
    content = without_makers(f"{stem}.{ending}", upload.read())
    return Accepted(f"{stem}.{ending}", DOCUMENTS[ending], content)


def _picture(upload: UploadedFile, stem: str) -> Accepted:
    picture = pictures.opened(upload)
    kept_as, ending, media_type = KEPT[str(picture.format)]
    try:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        content = _drawn_anew(upright, kept_as)
    except pictures.DAMAGED as error:
        raise pictures.damaged() from error
    return Accepted(f"{stem}.{ending}", media_type, content)


def _drawn_anew(picture: Image.Image, kept_as: str) -> bytes:
    """The points of `picture` and nothing else: no place, camera, owner, comment or thumbnail."""
    mode = "RGB" if kept_as == "JPEG" or not picture.has_transparency_data else "RGBA"
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    written = BytesIO()
    bare.save(written, kept_as, quality=QUALITY)
    return written.getvalue()


def named(name: str) -> tuple[str, str]:
    """A name without its folder and ending, and the ending: letters, digits and a few signs, in any script.

    What turns the direction of writing, what no file system takes and what begins with a dot is gone.
    """
    line = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    stem, _dot, ending = line.rpartition(".")
    clean = _SPACES.sub(" ", _DROPPED.sub("-", stem)).strip(" .-")
    short = clean.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .-")
    return short or "file", re.sub(r"[^a-z0-9]", "", ending.lower())[:10]

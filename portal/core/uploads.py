"""What may be uploaded: a file must be what its name says, and no larger than the settings allow."""

import logging
import zipfile
import zlib
from typing import IO, Any

import filetype
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from portal.core import apart, metadata

logger = logging.getLogger(__name__)

SNIFFED_BYTES = 8192
# What content sniffing calls the formats that are accepted.
SIGNATURES = {"pdf": {"pdf"}, "mp3": {"mp3"}, "mp4": {"mp4", "m4v"}, "webm": {"webm"}}
# Office documents are ZIP archives: the entry that tells what kind.
OFFICE_PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odp": "content.xml",
    "odt": "content.xml",
    "ods": "content.xml",
}
OPEN_DOCUMENT_TYPES = {
    "odp": b"application/vnd.oasis.opendocument.presentation",
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
TEXTS = {"csv", "md", "txt", "vtt"}


def content_problem(name: str, file: IO[bytes]) -> str | None:
    """A sentence if the content of `file` is not what the ending of `name` says, else None. Rewinds `file`."""
    ending = name.rsplit(".", 1)[-1].lower()
    file.seek(0)
    try:
        if _is(ending, file):
            return None
    finally:
        file.seek(0)
    return _("The file is not what its name says: its content is not %(ending)s.") % {"ending": ending.upper()}


def without_makers(name: str, content: bytes) -> bytes:
    """The file without what it says of whoever made it (`metadata`).

    Raises ValidationError for one that cannot be read so far: broken, locked, or made to take long.
    """
    ending = name.rsplit(".", 1)[-1].lower()
    if ending not in metadata.CLEANERS:
        return content
    try:
        return apart.run(metadata.__name__, ending, content)
    except apart.ApartError as error:
        logger.warning("What a file (%s) says of its makers cannot be taken out: %s", ending, error)
        raise forms.ValidationError(
            _("The file is damaged, or locked with a password. Save it once more, without one."), code="unreadable"
        ) from error


def _is(ending: str, file: IO[bytes]) -> bool:
    if ending in OFFICE_PARTS:
        return _is_office(ending, file)
    head = file.read(SNIFFED_BYTES)
    guessed = filetype.guess_extension(head)
    if ending in TEXTS:
        return guessed is None and _is_text(head)
    return ending in SIGNATURES and guessed in SIGNATURES[ending]


def _is_text(head: bytes) -> bool:
    """UTF-8 without NUL; the last character may have been cut in two."""
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 4
    return True


def _is_office(ending: str, file: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if OFFICE_PARTS[ending] not in names:
                return False
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return False
            if ending not in OPEN_DOCUMENT_TYPES:
                return True
            # No more than the longest of these names: the entry may unpack to anything.
            with archive.open("mimetype") as entry:
                return entry.read(100).strip() == OPEN_DOCUMENT_TYPES[ending]
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, OSError, RuntimeError):
        return False


class DocumentForm(BaseDocumentForm):
    """Wagtail's document form, which by itself looks at the file's name only."""

    def clean_file(self) -> Any:
        """Raises ValidationError for a file that is too large or broken, or whose content does not fit its name.

        What it says of its makers is taken out.
        """
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data or not hasattr(file, "size"):
            return file
        largest = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
        if file.size > largest:
            raise forms.ValidationError(
                _("The file is larger than %(largest)s.") % {"largest": filesizeformat(largest)}, code="too_large"
            )
        if problem := content_problem(file.name, file):
            raise forms.ValidationError(problem, code="wrong_content")
        content = file.read()
        file.seek(0)
        clean = without_makers(file.name, content)
        return file if clean == content else SimpleUploadedFile(file.name, clean, file.content_type)


class CheckedImageField(WagtailImageField):
    """Says so when a picture's first bytes are right and the rest is broken, where Wagtail's own field fails."""

    def check_image_pixel_size(self, f: Any) -> None:
        try:
            super().check_image_pixel_size(f)
        except (OSError, SyntaxError, ValueError) as error:
            raise forms.ValidationError(
                _("The picture is damaged and cannot be read."), code="invalid_image"
            ) from error


class ImageForm(BaseImageForm):
    """Wagtail's image form with the field above in place of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields.get("file")
        if own is not None:
            self.fields["file"] = CheckedImageField(label=own.label, required=own.required, widget=own.widget)

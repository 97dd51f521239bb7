"""Portraits: whatever picture comes in, a small square WebP without any metadata goes out."""

import warnings
from io import BytesIO
from typing import IO

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
SIDE = 400
QUALITY = 82
# What Pillow raises for files that begin as a picture and go on as something else.
DAMAGED = (OSError, SyntaxError, ValueError, IndexError, TypeError, OverflowError, EOFError)


def cleaned(file: IO[bytes]) -> bytes:
    """A square WebP of at most `SIDE` pixels from the middle of the picture in `file`, turned upright.

    It is drawn anew, so that no metadata (place, camera, owner, colour profile, thumbnail) comes along; of an animation
    the first picture stays. Raises ValidationError with a sentence for a file that is no picture, damaged or too large.
    """
    size = getattr(file, "size", 0)
    largest = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    if size > largest:
        raise forms.ValidationError(
            _("The picture is larger than %(largest)s.") % {"largest": filesizeformat(largest)}, code="too_large"
        )
    try:
        with warnings.catch_warnings():
            # The limit is our own, below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, *DAMAGED) as error:
        raise forms.ValidationError(
            _("This file is no picture that we can read. Upload a JPEG, PNG, WebP, GIF or AVIF."), code="no_picture"
        ) from error
    if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise _too_many_pixels()
    try:
        return _drawn_anew(picture)
    except DAMAGED as error:
        raise forms.ValidationError(_("The picture is damaged and cannot be read."), code="damaged") from error


def _too_many_pixels() -> forms.ValidationError:
    millions = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
    sentence = _("The picture has more than %(millions)d million pixels. Make it smaller first.")
    return forms.ValidationError(sentence % {"millions": millions}, code="too_many_pixels")


def _drawn_anew(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    side = min(SIDE, *upright.size)
    square = ImageOps.fit(upright, (side, side))
    paper = Image.new("RGB", square.size, "white")
    paper.paste(square, mask=square.getchannel("A"))
    written = BytesIO()
    paper.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()

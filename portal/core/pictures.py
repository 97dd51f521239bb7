"""Pictures that people send: opened with care, and only as far as memory allows."""

import warnings
from typing import IO

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# What Pillow raises for files that begin as a picture and go on as something else.
DAMAGED = (OSError, SyntaxError, ValueError, IndexError, TypeError, OverflowError, EOFError)


def opened(file: IO[bytes]) -> Image.Image:
    """The picture in `file`, not decoded yet.

    Raises ValidationError with a sentence for a file that is no picture, too large, or of too many pixels.
    """
    largest = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    if getattr(file, "size", 0) > largest:
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
    return picture


def damaged() -> forms.ValidationError:
    """What to say where decoding raises one of `DAMAGED`."""
    return forms.ValidationError(_("The picture is damaged and cannot be read."), code="damaged")


def _too_many_pixels() -> forms.ValidationError:
    millions = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
    sentence = _("The picture has more than %(millions)d million pixels. Make it smaller first.")
    return forms.ValidationError(sentence % {"millions": millions}, code="too_many_pixels")

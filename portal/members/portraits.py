"""Portraits: whatever picture comes in, a small square WebP without any metadata goes out."""

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

from portal.core import pictures

SIDE = 400
QUALITY = 82


def cleaned(file: IO[bytes]) -> bytes:
    """A square WebP of at most `SIDE` pixels from the middle of the picture in `file`, turned upright.

    It is drawn anew, so that no metadata (place, camera, owner, colour profile, thumbnail) comes along; of an animation
    the first picture stays. Raises ValidationError with a sentence for a file that is no picture, damaged or too large.
    """
    picture = pictures.opened(file)
    try:
        return _drawn_anew(picture)
    except pictures.DAMAGED as error:
        raise pictures.damaged() from error


def _drawn_anew(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    side = min(SIDE, *upright.size)
    square = ImageOps.fit(upright, (side, side))
    paper = Image.new("RGB", square.size, "white")
    paper.paste(square, mask=square.getchannel("A"))
    written = BytesIO()
    paper.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()

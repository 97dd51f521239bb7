"""A portrait is drawn anew: what the camera wrote is gone, what is broken or too large is refused in a sentence."""

import struct
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError
from django.test import override_settings
from PIL import Image, ImageCms, PngImagePlugin

from portal.members import portraits
from tests.factories.members import picture


def opened(written: bytes) -> Image.Image:
    return Image.open(BytesIO(written))


def test_it_is_a_square_webp_of_the_largest_size_at_most() -> None:
    shown = opened(portraits.cleaned(picture((1200, 700))))
    assert (shown.format, shown.size) == ("WEBP", (portraits.SIDE, portraits.SIDE))
    assert opened(portraits.cleaned(picture((30, 90)))).size == (30, 30)
    assert opened(portraits.cleaned(picture((5000, 1)))).size == (1, 1)


def test_nothing_of_what_the_camera_wrote_comes_along() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CanaryCam"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta>CanaryXmp</x:xmpmeta>"
    for form in ("JPEG", "WEBP"):
        source = picture((80, 60), form, exif=exif, icc_profile=profile, xmp=xmp)
        assert b"Canary" in source.getvalue()
        written = portraits.cleaned(source)
        assert b"Canary" not in written
        assert not {"exif", "icc_profile", "xmp"} & opened(written).info.keys()
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "CanaryNote")
    assert b"Canary" not in portraits.cleaned(picture((80, 60), "PNG", pnginfo=note))


def test_it_is_turned_upright() -> None:
    lying = Image.new("RGB", (40, 40), "red")
    lying.paste("blue", (0, 0, 40, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    source = BytesIO()
    lying.save(source, "JPEG", exif=exif, quality=95)
    shown = opened(portraits.cleaned(source)).convert("RGB")
    left, right = shown.getpixel((5, 20)), shown.getpixel((35, 20))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > left[2]
    assert right[2] > 200 > right[0]


def test_what_is_transparent_becomes_paper() -> None:
    source = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(source, "PNG")
    assert opened(portraits.cleaned(source)).convert("RGB").getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "no picture"),
        (b"%PDF-1.7 nothing", "no picture"),
        (picture((300, 300), "JPEG").getvalue()[:900], "damaged"),
        (picture((300, 300), "PNG").getvalue()[:-60], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + b"\0" * 17, "picture"),
    ],
)
def test_what_is_no_picture_or_damaged_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        portraits.cleaned(BytesIO(content))


@override_settings(WAGTAILIMAGES_MAX_IMAGE_PIXELS=1_000_000)
def test_too_many_pixels_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(ValidationError, match="more than 1 million pixels"):
        portraits.cleaned(picture((1001, 1000)))
    assert portraits.cleaned(picture((1000, 1000)))


def test_a_bomb_is_refused() -> None:
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 60_000, 60_000)
    with pytest.raises(ValidationError):
        portraits.cleaned(BytesIO(header + b"\x08\x02\0\0\0" + b"\0" * 40))


@override_settings(WAGTAILIMAGES_MAX_UPLOAD_SIZE=100)
def test_a_file_that_is_too_large_is_refused() -> None:
    file = SimpleUploadedFile("me.png", picture((400, 300)).getvalue())
    with pytest.raises(ValidationError, match="larger than"):
        portraits.cleaned(file)

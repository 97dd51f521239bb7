"""Uploads: only what is what it says comes in, and it goes out so that it can do no harm."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, CollectionViewRestriction

from portal.accounts.models import User
from portal.core.uploads import content_problem

pytestmark = pytest.mark.django_db


def office(*names: str, mimetype: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return packed.getvalue()


def png() -> bytes:
    packed = io.BytesIO()
    Picture.new("RGB", (40, 30), "teal").save(packed, "PNG")
    return packed.getvalue()


WORD = office("[Content_Types].xml", "word/document.xml")
SHEET = office("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content", "fits"),
    [
        ("a.pdf", b"%PDF-1.7\n...", True),
        ("a.docx", WORD, True),
        ("a.xlsx", SHEET, True),
        ("a.odt", office("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"), True),
        ("a.csv", "name,größe\n".encode(), True),
        ("a.MD", b"# Title", True),
        ("a.txt", ("é" * 5000).encode()[:8193], True),
        ("a.pdf", b"<html><script>alert(1)</script>", False),
        ("a.docx", SHEET, False),
        ("a.docx", b"PK\x03\x04broken", False),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), False),
        ("a.ods", office("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"), False),
        ("a.txt", b"MZ\x90\x00\x03\x00", False),
        ("a.csv", png(), False),
        ("a.txt", b"\xff\xfe\x00bad", False),
        ("a.exe", b"MZ", False),
    ],
)
def test_content_must_be_what_the_name_says(name: str, content: bytes, fits: bool) -> None:
    file = io.BytesIO(content)
    assert (content_problem(name, file) is None) == fits
    assert file.tell() == 0


@pytest.fixture
def upload(home: object, editor: User, client_of: Callable[[User], Client]) -> Callable[[str, bytes], bool]:
    """Sends a document as an editor, by the form and by the multiple uploader; says whether it was taken."""

    def send(name: str, content: bytes) -> bool:
        client = client_of(editor)
        collection = Collection.get_first_root_node().pk
        for address, field in (("/admin/documents/add/", "file"), ("/admin/documents/multiple/add/", "files[]")):
            file = SimpleUploadedFile(name, content)
            client.post(address, {"title": name, field: file, "collection": collection})
        return Document.objects.exists()

    return send


def test_an_honest_document_is_taken(upload: Callable[[str, bytes], bool]) -> None:
    assert upload("register.docx", WORD)


@pytest.mark.parametrize(
    ("name", "content"), [("page.pdf", b"<script>"), ("page.html", b"<p>x"), ("page.svg", b"<svg/>"), ("a.docm", WORD)]
)
def test_a_document_that_is_something_else_is_refused(
    upload: Callable[[str, bytes], bool], name: str, content: bytes
) -> None:
    assert not upload(name, content)


def test_a_document_that_is_too_large_is_refused(upload: Callable[[str, bytes], bool], settings: object) -> None:
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1000  # type: ignore[attr-defined]
    assert not upload("long.txt", b"x" * 1001)


@pytest.fixture
def document(db: None) -> Document:
    return Document.objects.create(title="Register", file=ContentFile(WORD, name="register.docx"))


def test_a_document_goes_out_as_an_attachment_that_runs_nothing(document: Document, visitor_client: Client) -> None:
    response = visitor_client.get(document.url)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"


def test_a_document_has_no_other_address(document: Document, visitor_client: Client) -> None:
    assert visitor_client.get(f"/media/{document.file.name}").status_code == 404
    assert visitor_client.get(f"/media/images/../{document.file.name}").status_code == 404


def test_a_document_in_a_private_collection_is_not_there_for_others(
    home: object, document: Document, lead: User, member: User, client_of: Callable[[User], Client]
) -> None:
    collection = Collection.get_first_root_node().add_child(name="Privacy group")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.set([Group.objects.get(name="Privacy group members")])
    document.collection = collection
    document.save()
    assert Client().get(document.url).status_code == 404
    assert client_of(member).get(document.url).status_code == 404
    assert client_of(lead).get(document.url).status_code == 200


@pytest.fixture
def image(db: None) -> Image:
    return Image.objects.create(title="Teal", file=ContentFile(png(), name="teal.png"))


def test_only_renditions_of_pictures_are_served(image: Image, visitor_client: Client) -> None:
    rendition = image.get_rendition("width-20")
    response = visitor_client.get(rendition.url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert visitor_client.get(image.file.url).status_code == 404
    assert visitor_client.get("/media/images/nothing.png").status_code == 404
    assert visitor_client.post(rendition.url).status_code == 405


def test_a_picture_in_a_private_collection_is_for_its_readers(
    home: object, image: Image, member: User, client_of: Callable[[User], Client]
) -> None:
    collection = Collection.get_first_root_node().add_child(name="Members")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=CollectionViewRestriction.LOGIN)
    image.collection = collection
    image.save()
    url = image.get_rendition("width-20").url
    assert Client().get(url).status_code == 404
    response = client_of(member).get(url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", b"<svg/>"), ("a.svg", b"<svg/>"), ("a.png", b"\x89PNG broken")]
)
def test_a_picture_that_is_none_is_refused(
    home: object, editor: User, client_of: Callable[[User], Client], name: str, content: bytes
) -> None:
    for address, field in (("/admin/images/add/", "file"), ("/admin/images/multiple/add/", "files[]")):
        response = client_of(editor).post(
            address,
            {
                "title": "x",
                field: SimpleUploadedFile(name, content),
                "collection": Collection.get_first_root_node().pk,
            },
            headers={"x-requested-with": "XMLHttpRequest"},
        )
        assert response.status_code < 500
    assert not Image.objects.exists()


def test_an_honest_picture_is_taken(home: object, editor: User, client_of: Callable[[User], Client]) -> None:
    typed = {"title": "Teal", "file": SimpleUploadedFile("teal.png", png()), "description": "A teal field."}
    client_of(editor).post("/admin/images/add/", {**typed, "collection": Collection.get_first_root_node().pk})
    assert Image.objects.filter(title="Teal").exists()

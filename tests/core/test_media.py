"""Uploads: only what is what it says comes in, and it goes out so that it can do no harm."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, CollectionViewRestriction

from portal.accounts.models import User
from portal.core.models import CollectionGate
from portal.core.ranges import UnsatisfiableError, byte_range
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
    assert response["Cache-Control"] == "public, max-age=31536000, s-maxage=3600, immutable"
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


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        ("bytes=0-0", 10, (0, 0)),
        ("bytes=2-5", 10, (2, 5)),
        ("bytes=9-", 10, (9, 9)),
        ("bytes=5-100", 10, (5, 9)),
        ("bytes=-3", 10, (7, 9)),
        ("bytes=-30", 10, (0, 9)),
        ("Bytes = 1 - 2", 10, (1, 2)),
        ("bytes=5-4", 10, None),
        ("bytes=0-1,3-4", 10, None),
        ("bytes=-", 10, None),
        ("bytes=a-b", 10, None),
        ("lines=1-2", 10, None),
        ("bytes=" + "9" * 5000 + "-", 10, None),
        ("bytes=\u0662-\u0663", 10, None),
    ],
)
def test_a_range_is_what_the_standard_says(header: str, size: int, expected: tuple[int, int] | None) -> None:
    assert byte_range(header, size) == expected


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_a_range_beyond_the_end_cannot_be_satisfied(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableError):
        byte_range(header, size)


@given(header=st.text(max_size=40), size=st.integers(min_value=0, max_value=100))
def test_no_header_brings_the_reading_of_ranges_down(header: str, size: int) -> None:
    for asked in (header, f"bytes={header}"):
        try:
            found = byte_range(asked, size)
        except UnsatisfiableError:
            continue
        assert found is None or 0 <= found[0] <= found[1] < size


class TestParts:
    def test_a_part_is_sent_with_its_place(self, document: Document, visitor_client: Client) -> None:
        response = visitor_client.get(document.url, headers={"range": "bytes=2-5"})
        assert response.status_code == 206
        assert body_of(response) == WORD[2:6]
        assert response["Content-Range"] == f"bytes 2-5/{len(WORD)}"
        assert response["Content-Length"] == "4"

    def test_all_parts_together_are_the_file(self, document: Document, visitor_client: Client) -> None:
        whole = b"".join(
            body_of(visitor_client.get(document.url, headers={"range": f"bytes={first}-{first + 6}"}))
            for first in range(0, len(WORD), 7)
        )
        assert whole == WORD

    def test_beyond_the_end_there_is_nothing(self, document: Document, visitor_client: Client) -> None:
        response = visitor_client.get(document.url, headers={"range": f"bytes={len(WORD)}-"})
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(WORD)}")

    @pytest.mark.parametrize("header", ["bytes=0-1,3-4", "nonsense"])
    def test_what_is_not_one_range_gets_the_whole(self, document: Document, header: str) -> None:
        response = Client().get(document.url, headers={"range": header})
        assert (response.status_code, body_of(response)) == (200, WORD)

    def test_head_tells_and_sends_nothing(self, document: Document, visitor_client: Client) -> None:
        response = visitor_client.head(document.url, headers={"range": "bytes=0-1"})
        assert (response.status_code, body_of(response)) == (200, b"")
        assert response["Content-Length"] == str(len(WORD))
        assert response["Accept-Ranges"] == "bytes"

    def test_a_part_of_a_file_that_has_changed_is_the_whole(self, document: Document, visitor_client: Client) -> None:
        known = visitor_client.get(document.url)
        same = {"range": "bytes=0-1", "if-range": known["ETag"]}
        assert visitor_client.get(document.url, headers=same).status_code == 206
        since = {"range": "bytes=0-1", "if-range": known["Last-Modified"]}
        assert visitor_client.get(document.url, headers=since).status_code == 206
        for other in ('"other"', f"W/{known['ETag']}", "Mon, 01 Jan 2001 00:00:00 GMT"):
            response = visitor_client.get(document.url, headers={"range": "bytes=0-1", "if-range": other})
            assert (response.status_code, body_of(response)) == (200, WORD)

    def test_who_has_it_is_told_so(self, document: Document, visitor_client: Client) -> None:
        known = visitor_client.get(document.url)
        for header in ({"if-none-match": known["ETag"]}, {"if-modified-since": known["Last-Modified"]}):
            response = visitor_client.get(document.url, headers=header)
            assert (response.status_code, body_of(response)) == (304, b"")
            assert response["Cache-Control"] == "public, no-cache"
        assert visitor_client.get(document.url, headers={"if-match": '"other"'}).status_code == 412

    def test_a_part_is_never_compressed(self, home: object, member: User, client_of: Callable[[User], Client]) -> None:
        text = b"a line of text\n" * 1000
        file = ContentFile(text, name="long.txt")
        url = Document.objects.create(title="Long", file=file).url
        client = client_of(member)
        for asked in ({}, {"range": "bytes=100-5099"}):
            response = client.get(url, headers={"accept-encoding": "gzip", **asked})
            assert "Content-Encoding" not in response.headers
            assert len(body_of(response)) == int(response["Content-Length"])

    def test_an_empty_file_is_sent(self, visitor_client: Client) -> None:
        document = Document.objects.create(title="Empty", file=ContentFile(b"", name="empty.txt"))
        response = visitor_client.get(document.url)
        assert (response.status_code, response["Content-Length"], body_of(response)) == (200, "0", b"")

    def test_a_file_that_the_storage_has_lost_is_missing(self, document: Document, visitor_client: Client) -> None:
        document.file.storage.delete(document.file.name)
        assert visitor_client.get(document.url).status_code == 404

    @pytest.mark.parametrize("rest", ["", "other.docx", "x/register.docx", "register.docx%00", "register.docx/"])
    def test_another_name_leads_nowhere(self, document: Document, rest: str, visitor_client: Client) -> None:
        assert visitor_client.get(f"/documents/{document.pk}/{rest}").status_code == 404
        assert visitor_client.get(f"/documents/{'9' * 30}/register.docx").status_code == 404


class TestPrivateFiles:
    @pytest.fixture
    def private(self, home: object, document: Document, image: Image) -> Collection:
        collection = Collection.get_first_root_node().add_child(name="Members")
        CollectionViewRestriction.objects.create(
            collection=collection, restriction_type=CollectionViewRestriction.LOGIN
        )
        for item in (document, image):
            item.collection = collection
            item.save()
        return collection

    @pytest.mark.parametrize("header", [{}, {"range": "bytes=0-1"}, {"if-none-match": "*"}])
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_to_outsiders_it_is_missing_however_they_ask(
        self, private: Collection, document: Document, image: Image, header: dict[str, str], method: str
    ) -> None:
        for url in (document.url, image.get_rendition("width-20").url):
            response = getattr(Client(), method)(url, headers=header)
            assert response.status_code == 404
            assert "ETag" not in response.headers

    @pytest.mark.parametrize("header", [{}, {"range": "bytes=0-1"}, {"range": "bytes=999999-"}, {"if-none-match": "*"}])
    def test_nothing_of_it_is_kept_by_any_cache(
        self, private: Collection, document: Document, member: User, client_of: Callable[[User], Client], header: Any
    ) -> None:
        response = client_of(member).get(document.url, headers=header)
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in response["Vary"]
        assert response["Content-Security-Policy"] == "default-src 'none'"

    def test_who_leaves_is_out_at_the_next_request(
        self, home: object, document: Document, lead: User, client_of: Callable[[User], Client]
    ) -> None:
        collection = Collection.get_first_root_node().add_child(name="Privacy group")
        restriction = CollectionViewRestriction.objects.create(
            collection=collection, restriction_type=CollectionViewRestriction.GROUPS
        )
        group = Group.objects.get(name="Privacy group members")
        restriction.groups.set([group])
        document.collection = collection
        document.save()
        client = client_of(lead)
        known = client.get(document.url)
        lead.groups.remove(group)
        assert client.get(document.url, headers={"if-none-match": known["ETag"]}).status_code == 404

    def test_a_collection_without_a_gate_is_closed(
        self, document: Document, administrator: User, client_of: Callable[[User], Client]
    ) -> None:
        CollectionGate.objects.all().delete()
        assert client_of(administrator).get(document.url).status_code == 404

    @pytest.mark.parametrize("folder", ["documents", "original_images", "portraits", "wagtail_uploads", "images/.."])
    def test_uploads_have_no_address_below_media(
        self, document: Document, image: Image, administrator: User, client_of: Callable[[User], Client], folder: str
    ) -> None:
        for name in ("register.docx", "teal.png", image.filename, document.filename):
            assert client_of(administrator).get(f"/media/{folder}/{name}").status_code == 404

"""The gate before files that are kept in a bucket: a server that speaks S3 stands in for the cluster."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from moto.server import ThreadedMotoServer
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, CollectionViewRestriction

from portal.accounts.models import User
from portal.core.storage_s3 import BucketStorage

pytestmark = pytest.mark.django_db

BUCKET = "portal-uploads"
TEXT = b"".join(b"line %05d\n" % number for number in range(20_000))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(endpoint: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    made = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1").Bucket(BUCKET)
    made.create()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "portal.core.storage_s3.BucketStorage",
            "OPTIONS": {"bucket_name": BUCKET, "endpoint_url": endpoint, "region_name": "us-east-1"},
        },
    }
    return made


@pytest.fixture
def document(bucket: Any) -> Document:
    made = Document.objects.create(title="Lines", file=ContentFile(TEXT, name="lines.txt"))
    return Document.objects.get(pk=made.pk)


@pytest.fixture
def image(bucket: Any) -> Image:
    packed = io.BytesIO()
    Picture.new("RGB", (40, 30), "teal").save(packed, "PNG")
    return Image.objects.create(title="Teal", file=ContentFile(packed.getvalue(), name="teal.png"))


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_uploads_are_in_the_bucket(document: Document, bucket: Any) -> None:
    assert isinstance(storages["default"], BucketStorage)
    assert [item.key for item in bucket.objects.all()] == [document.file.name]


def test_nobody_reads_the_bucket_but_the_portal(document: Document, bucket: Any) -> None:
    grants = bucket.Object(document.file.name).Acl().grants
    assert not [grant for grant in grants if grant["Grantee"].get("URI")]


def test_files_have_the_portals_own_addresses(document: Document, image: Image, endpoint: str) -> None:
    assert document.url.startswith("/documents/")
    assert image.get_rendition("width-20").url.startswith("/media/images/")
    assert image.file.url.startswith("/media/original_images/")
    assert Client().get(image.file.url).status_code == 404
    assert Client().get(document.file.url).status_code == 404


def test_the_whole_and_each_part_come_through(document: Document) -> None:
    client = Client()
    whole = client.get(document.url)
    assert (whole.status_code, body_of(whole)) == (200, TEXT)
    assert whole["Content-Length"] == str(len(TEXT))
    part = client.get(document.url, headers={"range": "bytes=100000-100099"})
    assert (part.status_code, body_of(part)) == (206, TEXT[100000:100100])
    assert part["Content-Range"] == f"bytes 100000-100099/{len(TEXT)}"
    last = client.get(document.url, headers={"range": "bytes=-11", "if-range": whole["ETag"]})
    assert (last.status_code, body_of(last)) == (206, TEXT[-11:])
    assert client.get(document.url, headers={"range": f"bytes={len(TEXT)}-"}).status_code == 416
    assert client.get(document.url, headers={"if-none-match": whole["ETag"]}).status_code == 304
    assert client.get(document.url, headers={"if-modified-since": whole["Last-Modified"]}).status_code == 304
    head = client.head(document.url)
    assert (head.status_code, head["Content-Length"], body_of(head)) == (200, str(len(TEXT)), b"")


def test_a_rendition_is_made_kept_and_served(image: Image, bucket: Any) -> None:
    rendition = image.get_rendition("width-20")
    assert rendition.file.name in [item.key for item in bucket.objects.all()]
    response = Client().get(rendition.url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert Picture.open(io.BytesIO(body_of(response))).size == (20, 15)


def test_a_new_file_never_takes_the_name_of_another(document: Document) -> None:
    second = Document.objects.create(title="Other", file=ContentFile(b"other", name="lines.txt"))
    assert second.file.name != document.file.name
    assert body_of(Client().get(document.url)) == TEXT


def test_private_files_are_for_their_readers(
    home: object, document: Document, image: Image, member: User, client_of: Callable[[User], Client]
) -> None:
    collection = Collection.get_first_root_node().add_child(name="Members")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=CollectionViewRestriction.LOGIN)
    for item in (document, image):
        item.collection = collection
        item.save()
    for url in (document.url, image.get_rendition("width-20").url):
        assert Client().get(url).status_code == 404
        response = client_of(member).get(url)
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
        assert body_of(response)


def test_a_file_that_the_bucket_has_lost_is_missing(document: Document, bucket: Any) -> None:
    bucket.Object(document.file.name).delete()
    assert Client().get(document.url).status_code == 404

"""Uploads in a bucket that speaks S3, which nobody but the portal reads (see `portal.core.storage`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urljoin

from botocore.exceptions import ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from portal.core.storage import Stat


class BucketStorage(S3Storage):
    """Files in S3_BUCKET. No access list is sent along, so they are private unless the bucket itself was opened."""

    # A new file never takes the name of another: readers keep renditions under theirs.
    file_overwrite = False

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The address below MEDIA_URL that a file in a folder would have; S3Storage would sign one of the bucket's."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name) or "")

    def stat(self, name: str) -> Stat:
        found = self._object(name)
        with _missing(name):
            found.load()
        return Stat(found.content_length, found.last_modified)

    def read_range(self, name: str, first: int, last: int) -> IO[bytes]:
        """Only these bytes leave the bucket, where `open` would fetch the whole file first."""
        with _missing(name):
            body: IO[bytes] = self._object(name).get(Range=f"bytes={first}-{last}")["Body"]
        return body

    def _object(self, name: str) -> Any:
        return self.bucket.Object(self._normalize_name(clean_name(name)))


@contextmanager
def _missing(name: str) -> Iterator[None]:
    """Raises FileNotFoundError for the bucket's answer that there is no such file."""
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(name) from error
        raise

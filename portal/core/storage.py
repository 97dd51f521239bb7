"""Where uploads are kept: a folder of this machine, or a bucket (`portal.core.storage_s3`). Settings choose.

Both give files addresses of the portal's own, never a bucket's: `portal.core.media` serves them after a check at every
request, or does not. Renditions get theirs from here too, because Wagtail asks the storage for it.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Protocol

from django.core.files.storage import FileSystemStorage
from whitenoise.responders import SlicedFile


@dataclass(frozen=True, slots=True)
class Stat:
    """Size in bytes and the time of the last change."""

    size: int
    modified: datetime


class Store(Protocol):
    """What serving a file asks of a storage beyond Django's contract. Both raise FileNotFoundError."""

    def stat(self, name: str) -> Stat: ...

    def read_range(self, name: str, first: int, last: int) -> IO[bytes]:
        """The bytes from `first` to `last`, both included."""


class FolderStorage(FileSystemStorage):
    """Files in MEDIA_ROOT."""

    def stat(self, name: str) -> Stat:
        found = os.stat(self.path(name))
        return Stat(found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def read_range(self, name: str, first: int, last: int) -> IO[bytes]:
        return SlicedFile(open(self.path(name), "rb"), first, last)

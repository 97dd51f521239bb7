"""Uploaded files on their way out: documents and renditions of images, asked for one by one.

Every request is checked against the gate of the file's collection, wherever the file is stored. No other upload has an
address: not the original of an image, and not a document below MEDIA_URL.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.ranges import UnsatisfiableError, byte_range
from portal.core.storage import Store
from portal.core.viewer import viewer_of

TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
# A rendition's name changes with what it shows, so a browser never asks again. What stands between browsers and the
# portal asks after an hour: by then nobody gets from it what has gone private meanwhile.
KEEP = "public, max-age=31536000, s-maxage=3600, immutable"
ASK_AGAIN = "public, no-cache"
# Who is no longer a member finds nothing in a browser's store, which nobody but the browser can empty.
KEEP_NOTHING = "private, no-store"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that the reader may have, and how it is to be sent.

    `version` tells this content from any other under the same address. With `attachment` the browser saves the file.
    """

    file: FieldFile
    content_type: str
    cache_control: str
    version: str = ""
    attachment: bool = False


class Stream(FileResponse):
    """In pieces of 64 KB, where Django's are of 4."""

    block_size = 65_536


@require_safe
def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file of a rendition, by its name below `images/`. Raises Http404 for any other file, and for a hidden one."""
    content_type = TYPES.get(name.rpartition(".")[2].lower())
    if content_type is None or "\0" in name:
        raise Http404
    found = (
        get_image_model()
        .get_rendition_model()
        .objects.filter(file=f"images/{name}", image__collection__gate__audience_id__in=viewer_of(request).audiences)
        .select_related("image__collection__gate")
        .first()
    )
    if found is None:
        raise Http404
    return send(request, Parcel(found.file, content_type, _kept(found.image, KEEP)))


@require_safe
def document(request: HttpRequest, pk: str, name: str) -> HttpResponseBase:
    """The document `pk`, whose file is called `name`. Raises Http404 for any other name, and for a hidden one."""
    found = (
        get_document_model()
        ._default_manager.filter(pk=pk, collection__gate__audience_id__in=viewer_of(request).audiences)
        .select_related("collection__gate")
        .first()
    )
    if found is None or found.filename != name:
        raise Http404
    return send(
        request,
        Parcel(
            found.file,
            found.content_type,
            _kept(found, ASK_AGAIN),
            version=found.file_hash,
            attachment=found.content_disposition != "inline",
        ),
    )


def _kept(item: Model, public: str) -> str:
    """`public` if everybody may see the document or image, else the strictest there is."""
    return public if item.collection.gate.audience_id == PUBLIC_AUDIENCE_ID else KEEP_NOTHING  # type: ignore[attr-defined]


def send(request: HttpRequest, parcel: Parcel) -> HttpResponseBase:
    """Answer with the file, with the part of it that was asked for (206), or that there is nothing new (304).

    Raises Http404 if the storage does not have it.
    """
    store = cast(Store, parcel.file.storage)
    name = str(parcel.file.name)
    try:
        stat = store.stat(name)
        modified = int(stat.modified.timestamp())
        etag = f'"{parcel.version or f"{modified:x}-{stat.size:x}"}"'
        response = _unless_known(request, etag, modified) or _body(request, parcel, stat.size, etag, modified)
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Cache-Control"] = parcel.cache_control
    if parcel.cache_control == KEEP_NOTHING:
        patch_vary_headers(response, ["Cookie"])
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _unless_known(request: HttpRequest, etag: str, modified: int) -> HttpResponse | None:
    """What If-None-Match and its kin make of the request (304, 412); None if the file is to be sent."""
    response = get_conditional_response(request, etag, modified, HttpResponse())
    return None if response is None or response.status_code == HTTPStatus.OK else response


def _body(request: HttpRequest, parcel: Parcel, size: int, etag: str, modified: int) -> HttpResponseBase:
    name = str(parcel.file.name)
    try:
        part = _part(request, size, etag, modified)
    except UnsatisfiableError:
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"}
        )
    first, last = part or (0, size - 1)
    response: HttpResponseBase
    if request.method == "HEAD" or not size:
        response = HttpResponse(content_type=parcel.content_type)
    else:
        store = cast(Store, parcel.file.storage)
        response = Stream(store.read_range(name, first, last), content_type=parcel.content_type)
    if part:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Content-Length"] = str(last - first + 1)
    disposition = content_disposition_header(parcel.attachment, name.rpartition("/")[2])
    response.headers["Content-Disposition"] = disposition or "inline"
    return response


def _part(request: HttpRequest, size: int, etag: str, modified: int) -> tuple[int, int] | None:
    """First and last byte, if a part is asked for and, by `If-Range`, is one of the file that the reader knows.

    Raises UnsatisfiableError.
    """
    asked = request.headers.get("Range")
    if not asked or request.method != "GET":
        return None
    known = request.headers.get("If-Range", "").strip()
    if known and known != etag and parse_http_date_safe(known) != modified:
        return None
    return byte_range(asked, size)

"""Compresses the answers that are made for one reader and one time."""

import gzip
import io
import re
import secrets

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# A tenth more bytes than at Django's level for half of the time. Stored pages, made once for many, take more effort.
LEVEL = 2
SHORTEST = 200
# Padding of a random length, as Django's: what an answer's length says of a secret in it drowns in it (BREACH).
MOST_PADDING = 100
ACCEPTS_GZIP = re.compile(r"\bgzip\b")

_django = GZipMiddleware(lambda request: HttpResponse())


def compress(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """`response` as `request` accepts it. Streams, and answers whose form is settled, are left to Django."""
    settled = "Content-Encoding" in response.headers or "ETag" in response.headers
    if not isinstance(response, HttpResponse) or settled or len(response.content) < SHORTEST:
        return _django.process_response(request, response)
    patch_vary_headers(response, ("Accept-Encoding",))
    if not ACCEPTS_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        return response
    packed = pack(response.content)
    if len(packed) < len(response.content):
        response.content = packed
        response.headers["Content-Length"] = str(len(packed))
        response.headers["Content-Encoding"] = "gzip"
    return response


def pack(content: bytes) -> bytes:
    """`content` as gzip, under a file name of a random length."""
    buffer = io.BytesIO()
    name = "a" * secrets.randbelow(MOST_PADDING)
    with gzip.GzipFile(name, "wb", LEVEL, buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()

"""The vocabulary for programs: whole and by concept, at fixed addresses and by what a request accepts."""

import gzip
import hashlib
from collections.abc import Iterator
from io import BytesIO
from threading import Lock

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from portal.core.serving import find, page_of
from portal.core.viewer import viewer_of
from taxonomy import snapshot
from taxonomy.models import Concept, GlossaryPage, Scheme
from taxonomy.models.vocabulary import concept_url
from taxonomy.skos import writing
from taxonomy.skos.writing import Format

AT_ONCE = 1 << 16
HTML = "text/html"
NEGOTIATED = {form.media_type: form for form in (writing.TURTLE, writing.JSON_LD, writing.RDF_XML)}

# By ending: the version's token and the file of it, compressed.
_files: dict[str, tuple[str, bytes]] = {}
_making = Lock()


@require_safe
def whole(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET /glossary.ttl, .rdf, .jsonld, .csv: all that the glossary shows, drafts and deprecated terms included."""
    _check_admitted(request)
    form = writing.BY_ENDING[ending]
    token, packed = _file(form)
    etag = _etag(f"{token} {ending} {settings.BASE_URL}".encode())
    if _has(request, etag):
        return _with_headers(HttpResponseNotModified(), etag)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response: HttpResponseBase = HttpResponse(packed, content_type=form.content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = StreamingHttpResponse(_unpacked(packed), content_type=form.content_type)
    response.headers["Content-Disposition"] = f'inline; filename="glossary.{ending}"'
    return _with_headers(response, etag)


@require_safe
def one(request: HttpRequest, slug: str, ending: str) -> HttpResponseBase:
    """GET /glossary/<slug>.ttl, .rdf, .jsonld: one concept. Raises Http404 for an unknown one."""
    _check_admitted(request)
    response = _concept(request, slug, writing.BY_ENDING[ending])
    if response is None:
        raise Http404
    return response


def negotiated(request: HttpRequest, slug: str) -> HttpResponse | None:
    """The concept as the request prefers it to HTML; None for one that prefers HTML, and for an unknown concept.

    Whoever calls has asked the glossary's gate.
    """
    accepted = request.headers.get("Accept", "")
    if not any(name in accepted for name in NEGOTIATED):
        return None
    form = NEGOTIATED.get(request.get_preferred_type([HTML, *NEGOTIATED]) or HTML)
    response = _concept(request, slug, form) if form is not None else None
    if response is not None and form is not None:
        response.headers["Content-Location"] = f"{concept_url(slug).rstrip('/')}.{form.ending}"
        patch_vary_headers(response, ["Accept"])
    return response


def _check_admitted(request: HttpRequest) -> None:
    """Raises Http404 where the glossary is not there for the viewer."""
    found = find(["glossary"])
    if found.audience_id not in viewer_of(request).audiences or found.rest:
        raise Http404
    page = page_of(found)
    if not isinstance(page, GlossaryPage) or not page.live:
        raise Http404


def _concept(request: HttpRequest, slug: str, form: Format) -> HttpResponse | None:
    body = snapshot.current().keep(f"{form.ending}:{slug}", lambda: _made(slug, form))
    if body is None:
        return None
    etag = _etag(body)
    known = _has(request, etag)
    response = HttpResponseNotModified() if known else HttpResponse(body, content_type=form.content_type)
    _with_headers(response, etag)
    return response


def _made(slug: str, form: Format) -> bytes | None:
    concept = Concept.objects.select_related("scheme").filter(slug=slug.replace("\x00", "")[:100]).first()
    return writing.one_concept(concept, form) if concept is not None else None


def _file(form: Format) -> tuple[str, bytes]:
    """The whole vocabulary as `form`, compressed, and its version: made once in each process and version."""
    token = snapshot.version_token()
    held = _files.get(form.ending)
    if held is not None and held[0] == token:
        return held
    with _making:
        held = _files.get(form.ending)
        if held is None or held[0] != token:
            out = BytesIO()
            with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as packing:
                writing.write_vocabulary(list(Scheme.objects.all()), form, packing)  # type: ignore[arg-type]
            held = (token, out.getvalue())
            # What was made while somebody wrote may be of two versions: it is sent, and not kept.
            if token and snapshot.version_token() == token:
                _files[form.ending] = held
        return held


def _unpacked(packed: bytes) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=BytesIO(packed)) as file:
        while data := file.read(AT_ONCE):
            yield data


def _etag(content: bytes) -> str:
    # Weak, because the same tag stands for the plain and the compressed form.
    return f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _has(request: HttpRequest, etag: str) -> bool:
    known = request.headers.get("If-None-Match", "")
    return known.strip() == "*" or etag.removeprefix("W/") in known


def _with_headers(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response

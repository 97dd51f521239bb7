"""Uploaded files on their way out. Only renditions of images have a public address."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model
from wagtail.models import Collection

TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
A_YEAR = 31_536_000


def admits(collection: Collection, request: HttpRequest) -> bool:
    """Whether the reader satisfies every view restriction of the collection and of those above it.

    A shared password, or a list of no groups, admits nobody, as `portal.core.gates` has it for pages.
    """
    return all(
        restriction.restriction_type != restriction.PASSWORD and restriction.accept_request(request)
        for restriction in collection.get_view_restrictions()
    )


@require_safe
def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file of a rendition, by its name below `images/`. Raises Http404 for any other file, and for a hidden one."""
    content_type = TYPES.get(name.rpartition(".")[2].lower())
    model = get_image_model().get_rendition_model()
    found = (
        model.objects.select_related("image__collection").filter(file=f"images/{name}").first()
        if content_type and "\0" not in name
        else None
    )
    if found is None:
        raise Http404
    collection: Collection = found.image.collection
    restricted = collection.get_view_restrictions().exists()
    if restricted and not admits(collection, request):
        raise Http404
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=content_type)
    # A rendition's name changes with what it shows.
    response.headers["Cache-Control"] = "private, no-store" if restricted else f"public, max-age={A_YEAR}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response

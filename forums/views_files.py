"""Files beside posts, in and out."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from forums import access, attaching, files
from forums.accepting import SHOWN
from forums.models import Attachment, BoardPage
from portal.accounts import second_factor
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core import media
from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of

# Whatever a file turns out to be, it runs nothing, loads nothing and is nobody's page.
POLICY = "default-src 'none'; sandbox"


@require_safe
def file(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """GET /files/<key>/<name>: the file, after a look at who asks, each time. Raises Http404."""
    viewer = viewer_of(request)
    found = files.visible(viewer).select_related("post__topic__board__gate").filter(key=key).first()
    if found is None or found.name != name:
        raise Http404
    kept_back = _is_kept_back(found)
    if kept_back and found.author_id != viewer.user_id:
        second_factor.check(request)
    public = not kept_back and _board_of(found).gate.audience_id == PUBLIC_AUDIENCE_ID
    response = media.send(
        request,
        media.Parcel(
            found.file,
            found.media_type,
            media.ASK_AGAIN if public else media.KEEP_NOTHING,
            version=found.key,
            attachment=found.media_type not in SHOWN,
        ),
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _is_kept_back(found: Attachment) -> bool:
    """Whether others than moderators and who sent it may not have it."""
    post = found.post
    return post is None or post.hidden or post.held or post.topic.hidden


def _board_of(found: Attachment) -> BoardPage:
    if found.post is None:
        raise Http404
    return found.post.topic.board


def upload(request: HttpRequest, board: BoardPage) -> HttpResponse:
    """POST /forums/<board>/files/: keep files before the post is sent; what became of them, as JSON."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(page_url(board))
    access.check_ask(viewer, board)
    member = member_of(request)
    taken = attaching.Attaching(files.chosen(request.POST.getlist(attaching.CHOSEN), member))
    already = len(taken.files)
    attaching.take(request.FILES.getlist(attaching.FIELD), member, taken)
    kept = [
        {"key": row.key, "name": row.name, "size": row.size, "url": row.url, "markdown": row.markdown}
        for row in taken.rows[already:]
    ]
    return JsonResponse({"files": kept, "problems": taken.problems}, status=200 if kept else 400)

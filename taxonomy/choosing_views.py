"""What the concept chooser asks for while somebody chooses. For people who are signed in: they are who tags."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.http import require_POST, require_safe

from portal.core.viewer import viewer_of
from taxonomy import choosing
from taxonomy.text import clean_line

LONGEST_QUERY = 200
MOST_SCHEMES = 40
MOST_TEXTS = 60
View = Callable[[HttpRequest], HttpResponse]


def _for_members(view: View) -> View:
    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if not viewer_of(request).is_member:
            raise Http404
        return view(request)

    return asked


def _answer(found: list[choosing.Choice]) -> JsonResponse:
    answer = {"results": [asdict(choice) for choice in found]}
    return JsonResponse(answer, headers={"Cache-Control": "private, max-age=60", "Vary": "Cookie"})


def _schemes(data: QueryDict) -> list[str]:
    return [clean_line(slug) for slug in data.getlist("scheme")[:MOST_SCHEMES] if clean_line(slug)]


@require_safe
@_for_members
def choose(request: HttpRequest) -> HttpResponse:
    """Concepts by words (`q`), below a concept (`below`), or on top, of the schemes named by `scheme`."""
    schemes = _schemes(request.GET)
    query = clean_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    if query:
        return _answer(choosing.search(query, schemes))
    below = request.GET.get("below", "")
    if below and not (below.isascii() and below.isdecimal() and int(below[:20]) <= choosing.LARGEST):
        raise Http404
    return _answer(choosing.level(schemes, int(below) if below else None))


@require_POST
@_for_members
def suggest(request: HttpRequest) -> HttpResponse:
    """Concepts that the texts in `text` name."""
    texts = [text.replace("\x00", "") for text in request.POST.getlist("text")[:MOST_TEXTS]]
    language = clean_line(request.POST.get("language", ""))[:12] or "en"
    return _answer(choosing.suggest(texts, _schemes(request.POST), language))

"""The page of those who run a board."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from forums import access, leading
from forums.models import BoardPage
from portal.accounts.signing_in import to_sign_in
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of

# After how many days a question has waited long.
DAYS = (3, 7, 14, 30)
USUAL = 7


def leads(request: HttpRequest, board: BoardPage) -> HttpResponse:
    """GET /forums/<board>/leads/[?days=n]: for moderators, and for the leads of the group whose board it is."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_lead(request, board)
    days = next((one for one in DAYS if str(one) == request.GET.get("days")), USUAL)
    board_url = page_url(board)
    number, rows = leading.waiting_long(board.pk, viewer, days)
    greet, doubts = leading.to_greet(board.pk, viewer), leading.doubtful(board.pk, viewer)
    long = leading.to_sum_up(board.pk, viewer)
    context = {
        "page": board,
        "board_url": board_url,
        "days": days,
        "choices": DAYS,
        "number": number,
        "rows": rows,
        "greet": greet,
        "active": leading.active(board.pk, viewer),
        "figures": leading.figures(board.pk, viewer),
        "doubts": doubts,
        "long": long,
        "actions": leading.actions(board_url, number, greet, doubts, long),
    }
    return render(request, "forums/leads.html", context)

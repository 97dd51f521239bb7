"""The pages of the room that are read: the list of groups, a group, its members, documents and news, and my groups.

`portal.core.serving` has found the page and answered 404 to whoever may not see it.
"""

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.accounts import second_factor
from portal.accounts.signing_in import sign_in_url, to_sign_in
from portal.core import files, sections
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.groups import access, agenda, listings, presenting, waiting
from portal.groups.models import (
    Answer,
    GroupIndexPage,
    GroupNewsPage,
    GroupPage,
    Joining,
    JoinRequest,
    Role,
    State,
    WorkingGroup,
)
from taxonomy.querysets import chips, concepts_of

GROUPS_PER_PAGE = 30
PEOPLE_PER_PAGE = 50
FILES_PER_PAGE = 40
NEWS_PER_PAGE = 15


def index(request: HttpRequest, page: GroupIndexPage) -> HttpResponse:
    """GET /groups/[?state=active|paused|archived][&page=n]"""
    viewer = viewer_of(request)
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    found = listings.groups(viewer)
    counts = Counter(values[0] for values in found)
    chosen = [values for values in found if state in {"", values[0]}]
    page_obj = Paginator(chosen, GROUPS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "page_obj": page_obj,
        "rows": listings.group_rows(page_obj.object_list, viewer),
        "state": state,
        "states": [(value, label, counts[value]) for value, label in State.choices if counts[value]],
        "all_count": len(found),
        "index_url": page_url(page),
        "open_joining": Joining.OPEN.value,
    }
    return render(request, "groups/index.html", context)


def mine(request: HttpRequest, page: GroupIndexPage) -> HttpResponse:
    """GET /groups/mine/: the groups that I am in, my requests, and what waits in those that I run."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    found = WorkingGroup.objects.filter(page__live=True, page__gate__audience_id__in=viewer.audiences)
    mine_in = found.filter(memberships__user=viewer.user_id).annotate(own_role=F("memberships__role"))
    groups = list(mine_in.select_related("page").order_by("page__title"))
    waits = waiting.of_groups([group for group in groups if access.can_run(viewer, group)], viewer)
    rows = [
        {
            "title": group.page.title,
            "url": page_url(group.page),
            "summary": group.page.summary,
            "group": group,
            "role": Role(group.own_role).label,
            "runs": group.pk in waits,
            "waits": waits.get(group.pk, []),
        }
        for group in groups
    ]
    asked = JoinRequest.objects.filter(user=viewer.user_id, answer=Answer.WAITING, group__in=found)
    context = {
        "page": page,
        "rows": rows,
        "asked": [(item.group.page.title, page_url(item.group.page)) for item in asked.select_related("group__page")],
        "index_url": page_url(page),
    }
    return render(request, "groups/mine.html", context)


def group(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET /groups/<group>/"""
    viewer = viewer_of(request)
    known = listings.facts(page, viewer)
    url = page_url(page) if page.url_path else ""
    page_ids, document_ids = presenting.linked(page)
    near = listings.pages_near(page, page_ids, viewer)
    documents = listings.newest_files(known.group.collection_id or 0, document_ids, viewer)
    panels = sections.panels(sections.GROUP, page, viewer) if page.pk else []
    may_see_members = access.can_see_members(viewer, known.group)
    shown = {
        "charter": bool(page.body),
        "objectives": [item["value"] for item in page.objectives.raw_data],
        "agenda": agenda.entries(page),
        "products": presenting.products(page, near, documents),
        **_shelves(page, near, documents, set(page_ids), set(document_ids)),
    }
    context = {
        "page": page,
        "known": known,
        "url": url,
        "topics": chips(concepts_of(page)),
        "door": presenting.door(known, viewer, url, sign_in_url(f"{url}join/")),
        "state_sentence": presenting.state_sentence(known.group.state),
        "way": presenting.way(page, near),
        **shown,
        "panels": panels,
        "parts": presenting.parts(shown, panels, life_first=may_see_members),
        "may_run": access.can_run(viewer, known.group),
        "may_lead": presenting.leads(known, viewer),
        "may_see_members": may_see_members,
    }
    return render(request, "groups/group_page.html", context)


def _shelves(
    page: GroupPage,
    near: list[listings.Near],
    documents: list[listings.File],
    linked_pages: set[int],
    linked_documents: set[int],
) -> dict[str, Any]:
    """The news, the other pages and the documents; what only a product leads to stands with the products."""
    below = [found for found in near if page.path and found.path.startswith(page.path) and found.path != page.path]
    news_type, shown = listings.type_id(GroupNewsPage), set(listings.shown_types())
    return {
        "news": [found for found in below if found.kind == news_type],
        "pages": [found for found in below if found.kind in shown and found.pk not in linked_pages],
        "documents": [found for found in documents if found.pk not in linked_documents],
    }


def members(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET /groups/<group>/members/[?page=n]: for those who are in it."""
    viewer = viewer_of(request)
    found = group_of(page)
    if not viewer.is_member:
        return to_sign_in(request.get_full_path())
    access.check_see_members(viewer, found)
    page_obj = Paginator(listings.people(found), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "url": page_url(page),
        "page_obj": page_obj,
        "people": listings.persons(page_obj.object_list, viewer),
        "may_run": access.can_run(viewer, found),
    }
    return render(request, "groups/members.html", context)


def documents(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET /groups/<group>/documents/[?page=n]"""
    found = files.documents_of(group_of(page).collection_id, viewer_of(request))
    page_obj = Paginator(found, FILES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "page_obj": page_obj, "documents": listings.file_rows(page_obj.object_list)}
    return render(request, "groups/documents.html", context)


def news(request: HttpRequest, page: GroupPage) -> HttpResponse:
    """GET /groups/<group>/news/[?page=n]"""
    found = listings.news_of(page, viewer_of(request))
    page_obj = Paginator(found, NEWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "page_obj": page_obj, "news": [(item, page_url(item)) for item in page_obj]}
    return render(request, "groups/news.html", context)


def group_of(page: GroupPage) -> WorkingGroup:
    """The working group of a page. Raises Http404 for a page whose group is gone."""
    found: WorkingGroup = get_object_or_404(WorkingGroup.objects.select_related("page"), pk=page.pk)
    return found


def runs(request: HttpRequest, page: GroupPage) -> WorkingGroup:
    """The working group of `page` for somebody who runs it. Raises Http404 for everybody else, and
    SecondFactorMissingError."""
    found = group_of(page)
    access.check_run(viewer_of(request), found)
    second_factor.check(request)
    return found


def leads(request: HttpRequest, page: GroupPage) -> WorkingGroup:
    """As `runs`, for leads and administrators only."""
    found = group_of(page)
    access.check_lead(viewer_of(request), found)
    second_factor.check(request)
    return found

"""What search knows of working groups: their pages with all that they say, their news, and their documents.

The most useful groups are those at work, with people and published products. A document of a group's collection is a
thing of its own: its reader wants it, not the page that lists it among fifty.
"""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model

from portal.core.blocks import documents_in, words_of
from portal.groups.models import GroupNewsPage, GroupPage, State, WorkingGroup
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register, register_dependants

# Points of usefulness: being active, and for each of so many members and published products at most.
ACTIVE, MEMBER, PRODUCT = 300, 5, 60
MOST_MEMBERS, MOST_PRODUCTS = 60, 5


def groups() -> Any:
    """Every group with what its record reads."""
    found = GroupPage.objects.select_related("gate", "working_group").prefetch_related("concepts")
    return found.annotate(members_number=Count("working_group__memberships"))


def group_record(page: Any) -> SearchRecord | None:
    """The record of a group; None while its page is a draft or without a gate, or before it is founded."""
    if not hasattr(page, "working_group"):
        return None
    state = page.working_group.state
    words = words_of(page.body, page.objectives, page.agenda, page.products)
    return page_record(
        "group",
        page,
        words,
        label="" if state == State.ACTIVE else str(State(state).label),
        usefulness=_usefulness(page),
        document_ids=documents_in(page.body, page.products),
    )


def _usefulness(page: Any) -> int:
    published = sum(product["value"].get("status") == "published" for product in page.products.raw_data)
    points = ACTIVE if page.working_group.state == State.ACTIVE else 0
    return points + min(page.members_number, MOST_MEMBERS) * MEMBER + min(published, MOST_PRODUCTS) * PRODUCT


def news() -> Any:
    return GroupNewsPage.objects.select_related("gate")


def news_record(page: GroupNewsPage) -> SearchRecord | None:
    """The record of a group's news; None while it is a draft or without a gate."""
    return page_record("news", page, words_of(page.body), document_ids=documents_in(page.body))


def files() -> Any:
    """Every document of a group's collection with what its record reads."""
    found = get_document_model()._default_manager.filter(collection__working_group__isnull=False)
    related = found.select_related("collection__gate", "collection__working_group__page")
    return related.prefetch_related("collection__working_group__page__concepts")


def file_record(document: Any) -> SearchRecord | None:
    """The record of a group's document, with the terms of its group, for those who may have it; None while the group's
    page is no page of the portal."""
    gate = getattr(document.collection, "gate", None)
    page = document.collection.working_group.page
    if gate is None or not page.live:
        return None
    return SearchRecord(
        kind="document",
        pk=document.pk,
        title=document.title,
        url=document.url,
        audience_id=gate.audience_id,
        summary=gettext("A document of the working group “%(group)s”.") % {"group": page.title},
        language=page.lang,
        label=document.file_extension.upper(),
        source=page.title,
        concept_ids=tuple(concept.pk for concept in page.concepts.all()),
        published_at=document.created_at,
        document_ids=(document.pk,),
    )


def files_of_groups(page_ids: list[int]) -> list[str]:
    """Search keys of the documents of the groups that begin at these pages."""
    collections = WorkingGroup.objects.filter(page__in=page_ids).values("collection")
    found = get_document_model()._default_manager.filter(collection__in=collections)
    return [f"document:{pk}" for pk in found.values_list("pk", flat=True)]


register(Kind("group", _("Working group"), _("Working groups"), GroupPage, groups, group_record))
register(Kind("news", _("Group news"), _("Group news"), GroupNewsPage, news, news_record))
register(Kind("document", _("Document"), _("Documents"), get_document_model(), files, file_record))
register_dependants("documents", files_of_groups)

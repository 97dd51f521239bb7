"""What search knows of working groups: their pages with all that they say, and their news."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import words_of
from portal.core.urlpaths import page_url
from portal.groups.models import GroupNewsPage, GroupPage, State
from portal.search.contract import Kind, SearchRecord
from portal.search.registry import register


def groups() -> Any:
    """Every group with what its record reads."""
    return GroupPage.objects.select_related("gate", "working_group").prefetch_related("concepts")


def group_record(page: GroupPage) -> SearchRecord | None:
    """The record of a group; None while its page is a draft or without a gate, or before it is founded."""
    if not page.live or not hasattr(page, "gate") or not hasattr(page, "working_group"):
        return None
    state = page.working_group.state
    return SearchRecord(
        kind="group",
        pk=page.pk,
        title=page.title,
        url=page_url(page),
        audience_id=page.gate.audience_id,
        summary=page.summary,
        body=words_of(page.body, page.objectives, page.agenda, page.products),
        language=page.lang,
        label="" if state == State.ACTIVE else str(State(state).label),
        concept_ids=tuple(concept.pk for concept in page.concepts.all()),
        published_at=page.first_published_at,
        updated_at=page.last_published_at,
    )


def news() -> Any:
    return GroupNewsPage.objects.select_related("gate")


def news_record(page: GroupNewsPage) -> SearchRecord | None:
    """The record of a group's news; None while it is a draft or without a gate."""
    if not page.live or not hasattr(page, "gate"):
        return None
    return SearchRecord(
        kind="news",
        pk=page.pk,
        title=page.title,
        url=page_url(page),
        audience_id=page.gate.audience_id,
        summary=page.summary,
        body=words_of(page.body),
        language=page.lang,
        published_at=page.first_published_at,
        updated_at=page.last_published_at,
    )


register(Kind("group", _("Working group"), _("Working groups"), GroupPage, groups, group_record))
register(Kind("news", _("Group news"), _("Group news"), GroupNewsPage, news, news_record))

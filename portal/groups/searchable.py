"""What search knows of working groups: their pages with all that they say, and their news."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import words_of
from portal.groups.models import GroupNewsPage, GroupPage, State
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register


def groups() -> Any:
    """Every group with what its record reads."""
    return GroupPage.objects.select_related("gate", "working_group").prefetch_related("concepts")


def group_record(page: GroupPage) -> SearchRecord | None:
    """The record of a group; None while its page is a draft or without a gate, or before it is founded."""
    if not hasattr(page, "working_group"):
        return None
    state = page.working_group.state
    words = words_of(page.body, page.objectives, page.agenda, page.products)
    return page_record("group", page, words, label="" if state == State.ACTIVE else str(State(state).label))


def news() -> Any:
    return GroupNewsPage.objects.select_related("gate")


def news_record(page: GroupNewsPage) -> SearchRecord | None:
    """The record of a group's news; None while it is a draft or without a gate."""
    return page_record("news", page, words_of(page.body))


register(Kind("group", _("Working group"), _("Working groups"), GroupPage, groups, group_record))
register(Kind("news", _("Group news"), _("Group news"), GroupNewsPage, news, news_record))

"""The first-year agenda tells which month is now and what is done."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.groups import agenda
from portal.groups.models import GroupPage


def page(*values: dict[str, object], begins: date | None = date(2026, 11, 9)) -> GroupPage:
    return GroupPage(title="G", agenda_begins=begins, agenda=[{"type": "item", "value": value} for value in values])


@pytest.mark.django_db
def test_an_entry_of_this_month_is_marked_in_words_and_by_its_state() -> None:
    shown = page(
        {"when": "Month 1", "item": "Opening call", "kind": "teleconference", "done": True},
        {"when": "Month 2", "item": "Outline", "kind": "product"},
        {"when": "Month 3", "item": "Clinic", "kind": "clinic"},
    )
    assert [(entry.state, entry.about) for entry in agenda.entries(shown, date(2026, 12, 31))] == [
        ("done", "Month 1 · November 2026 · Teleconference · done"),
        ("here", "Month 2 · December 2026 · Product · this month"),
        ("", "Month 3 · January 2027 · Clinic"),
    ]


@pytest.mark.django_db
def test_without_a_first_month_only_what_is_ticked_is_marked() -> None:
    shown = page({"when": "Spring", "item": "Call", "kind": "meeting", "done": True}, {"when": "Month 2"}, begins=None)
    assert [(entry.state, entry.about) for entry in agenda.entries(shown, date(2026, 12, 1))] == [
        ("done", "Spring · Meeting · done"),
        ("", "Month 2"),
    ]


@pytest.mark.parametrize("when", ["", "Spring", "March 2027", "Month 0", "Month 61", "Month 123456789012345678901"])
def test_what_names_no_month_of_the_agenda_has_none(when: str) -> None:
    assert agenda.month_of(when, date(2026, 11, 9)) is None


@given(st.text(max_size=40), st.dates())
def test_any_words_and_any_beginning_give_a_month_or_none(when: str, begins: date) -> None:
    found = agenda.month_of(when, begins)
    assert found is None or (found.day == 1 and found >= begins.replace(day=1))


def test_stored_pages_end_with_the_month() -> None:
    assert list(agenda.next_moments(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))) == [datetime(2027, 1, 1, tzinfo=UTC)]

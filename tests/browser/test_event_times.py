"""The reader's own time beside an event's, in browsers whose clocks stand elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

CALL = "/groups/privacy/privacy-teleconference/"  # in Toronto's time


@pytest.mark.parametrize(("zone", "shown"), [("America/New_York", False), ("Europe/Paris", True), ("UTC", True)])
def test_the_readers_time_is_said_where_it_is_another(zone: str, shown: bool, open_as: Callable[..., Page]) -> None:
    page = open_as(timezone_id=zone)
    page.goto(CALL)
    own = page.locator(".event-when [data-from]")
    if shown:
        expect(own).to_contain_text("Your time:")
    else:
        expect(own).to_be_hidden()
    expect(page.locator(".event-when time")).to_be_visible()

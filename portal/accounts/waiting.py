"""Accounts that wait for approval wait for moderators."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from portal.accounts.querysets import waiting_accounts
from portal.core import waiting
from portal.core.viewer import Viewer


def accounts(viewer: Viewer) -> Iterator[waiting.Line]:
    """For moderators and administrators: one query."""
    number = waiting_accounts().count() if viewer.is_moderator else 0
    if number:
        sentence = ngettext(
            "%(number)s person waits for an account.", "%(number)s people wait for an account.", number
        ) % {"number": number}
        yield waiting.Line(sentence, reverse("accounts_waiting_list"))


waiting.register("accounts", accounts, order=20)

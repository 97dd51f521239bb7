"""A verb of the tests' own, about an account, which is said to members only; and the cast that is told."""

from collections.abc import Mapping, Sequence

import pytest
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.core.prepared import prepared
from portal.core.viewer import Viewer
from portal.notifications import querysets, verbs
from portal.notifications.verbs import Channel, Notice, Said, Verb


def things(viewer: Viewer) -> QuerySet[User]:
    """What the tests' verbs are about: accounts, but none of those whose name begins with "Hidden"."""
    return User.objects.exclude(name__startswith="Hidden") if viewer.is_member else User.objects.none()


def say_all(notices: Sequence[Notice], viewer: Viewer) -> Mapping[int, Said]:
    names = dict(things(viewer).filter(pk__in=[notice.about for notice in notices]).values_list("pk", "name"))
    return {
        notice.pk: Said(f"News of {names[notice.about]}", f"/members/{notice.about}/", "Words <of> it & more")
        for notice in notices
        if notice.about in names
    }


@pytest.fixture(autouse=True)
def _verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three verbs that differ in what they propose."""
    monkeypatch.setattr(verbs, "_verbs", dict(verbs._verbs))
    # What was prepared before knows no verbs that are registered later.
    monkeypatch.setattr(querysets, "_unread", prepared(querysets._unread.__wrapped__))  # type: ignore[attr-defined]
    for name, default in (("news", Channel.INBOX), ("urgent", Channel.NOW), ("quiet", Channel.OFF)):
        verbs.register(
            Verb(
                name=f"tests.{name}",
                label=f"Tests: {name}",
                group="Tests",
                default=default,
                say=verbs.one_of(say_all),
                say_all=say_all,
                things=things,
                through=("board",),
            )
        )

"""Whom moderation tells of what: authors of what was done with their words, reporters of what came of a report."""

from portal.moderation.models import Act, Case


def tell_concerned(act: Act) -> None:
    """Tell the member whom `act` concerns, unless it is who did it."""


def tell_reporters(case: Case) -> None:
    """Tell everybody who reported the thing of `case` how it was settled."""

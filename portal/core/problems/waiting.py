"""Problem reports that nobody has settled wait for moderators."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from portal.core import waiting
from portal.core.models import ProblemReport
from portal.core.viewer import Viewer


def unsettled(viewer: Viewer) -> Iterator[waiting.Line]:
    """For moderators and administrators: one query."""
    number = ProblemReport.objects.filter(settled=False).count() if viewer.is_moderator else 0
    if number:
        sentence = ngettext(
            "%(number)s report of a problem is not settled.", "%(number)s reports of problems are not settled.", number
        ) % {"number": number}
        yield waiting.Line(sentence, f"{reverse('problem_reports:index')}?settled=false")


waiting.register("problems", unsettled, order=30)

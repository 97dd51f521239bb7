"""Who handles what. `can_*` asks, `check_*` raises Http404: forbidden looks like missing."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest
from wagtail.models import Page

from portal.accounts import second_factor
from portal.accounts.models import User
from portal.core import sections, standing
from portal.core.viewer import Role, Viewer, viewer_of
from portal.moderation import trail
from portal.moderation.kinds import Thing
from portal.moderation.models import Act


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody who handles cases: a moderator, or who runs the sections with these tree paths."""

    viewer: Viewer
    paths: tuple[str, ...]

    @property
    def may_sanction(self) -> bool:
        """Leads keep their section in order; what a member may do at all is for moderators."""
        return self.viewer.is_moderator


def check_handle(request: HttpRequest) -> Handler:
    """Raises Http404 for who handles nothing or is suspended, and SecondFactorMissingError."""
    viewer = viewer_of(request)
    paths = tuple(sections.run_by(viewer))
    if not standing.can_write(viewer) or not (viewer.is_moderator or paths):
        raise Http404
    second_factor.check(request)
    return Handler(viewer, paths)


def check_moderate(request: HttpRequest) -> Handler:
    """Raises Http404 for all but moderators, and SecondFactorMissingError."""
    if not viewer_of(request).is_moderator:
        raise Http404
    return check_handle(request)


def can_sanction(viewer: Viewer, member: User) -> bool:
    """Moderators sanction members, not themselves, and not one another: that is for administrators."""
    if not viewer.is_moderator or viewer.user_id == member.pk or member.is_superuser:
        return False
    if Role.ADMINISTRATOR in viewer.roles:
        return True
    return not member.groups.filter(name__in=[Role.MODERATOR, Role.ADMINISTRATOR]).exists()


def can_handle(handler: Handler, thing: Thing) -> bool:
    """Whether the thing stands in a section that the handler runs, or that a moderator may see: one query."""
    return handler.viewer.is_moderator if thing.page_id is None else _handles(handler, thing.page_id)


def is_own(handler: Handler, thing: Thing) -> bool:
    """Whether the handler wrote it, under a withheld name too: nobody judges in a case of their own."""
    return thing.author_id is not None and thing.author_id == handler.viewer.user_id


def can_take_back(handler: Handler, act: Act) -> bool:
    """Whether an act that the handler sees changes, when it is taken back, only sections that are the handler's too: a
    topic that was moved here goes back to where others are in charge."""
    return all(_handles(handler, page_id) for page_id in trail.reached(act))


def _handles(handler: Handler, page_id: int) -> bool:
    section = Page.objects.filter(pk=page_id)
    admitted = Q(pk__in=[])
    for path in handler.paths:
        admitted |= Q(path__startswith=path)
    if handler.viewer.is_moderator:
        admitted |= Q(gate__audience_id__in=handler.viewer.audiences)
    return section.filter(admitted).exists()

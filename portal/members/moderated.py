"""Profiles can be reported, and hidden where they are spam. What is done about a member stands on a page of its own in
the moderation."""

from collections.abc import Callable, Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.numbers import ids_in
from portal.core.text import plain_text
from portal.core.viewer import Viewer
from portal.members import purging
from portal.members.access import Eyes, eyes_of, is_seen, visibility_of
from portal.members.models import Profile
from portal.members.querysets import ProfileQuerySet
from portal.moderation import kinds
from portal.moderation.kinds import Kind, Thing, Way, Writings

MEMBER = "member"
EXCERPT = 300


def found(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Thing]:
    """The members whose profile the viewer may open, with what of it they see: one query."""
    return _things(Profile.objects.visible(viewer), keys, lambda profile: eyes_of(profile, viewer))


def handled(keys: Iterable[str]) -> Mapping[str, Thing]:
    """The members, with accounts that were closed, as members see them: what nobody sees, nobody complains of. One
    query."""
    return _things(Profile.objects.all(), keys, lambda profile: Eyes.MEMBER)


def _things(profiles: ProfileQuerySet, keys: Iterable[str], looking: Callable[[Profile], Eyes]) -> Mapping[str, Thing]:
    ids = ids_in(keys)
    rows = profiles.filter(pk__in=ids).select_related("user")
    return {str(row.pk): _thing(row, looking(row)) for row in rows}


def _thing(profile: Profile, eyes: Eyes) -> Thing:
    html = profile.html if is_seen(visibility_of(profile, "about"), eyes) else ""
    return Thing(
        kind=MEMBER,
        key=str(profile.pk),
        label=str(_("Profile")),
        title=profile.user.name,
        url=profile.url,
        excerpt=plain_text(html)[:EXCERPT],
        html=html,
        author_id=profile.pk,
        state="" if profile.user.is_active else "hidden",
    )


def ways(thing: Thing, viewer: Viewer) -> list[Way]:
    return [Way(_("Warn, suspend or ban"), reverse("moderation_member", args=[thing.author_id]))]


kinds.register(Kind(MEMBER, gettext_lazy("Profile"), found, handled, ways=ways))
kinds.register_writings("members", Writings(purging.count, purging.hide_all, purging.show_all, purging.lock))

"""A person can be followed: what he or she writes is told. The subjects of one's own profile stand in one's digest."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from portal.members.models import Profile
from portal.members.references import members
from portal.notifications import digests, watching


def subjects(member_id: int) -> Iterable[int]:
    """What the member works on and may be asked about: two queries."""
    for through in (Profile.service_lines.through, Profile.ask_about.through):
        yield from through._default_manager.filter(profile=member_id).values_list("concept_id", flat=True)


watching.register("member", members, _("People"))
digests.register_concepts("profile", subjects)

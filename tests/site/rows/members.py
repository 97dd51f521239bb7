"""The directory, profiles, writing to members, and inviting people."""

from collections.abc import Sequence

from portal.accounts.models import User
from portal.accounts.services import invite
from portal.members.importing import MailingList
from portal.members.lists import keep
from tests.factories.members import profiled, with_portrait
from tests.site.rows import MEMBERS_ONLY, Rows, Statuses

# Editors, moderators and administrators invite.
INVITERS: Statuses = (302, 404, 404, 404, 200, 200, 200, 404)
# The list was uploaded by the editor; administrators may confirm any.
UPLOADER: Statuses = (302, 404, 404, 404, 200, 404, 200, 404)

ROWS: Rows = {
    "members/": ("/members/", MEMBERS_ONLY, (302, 405, 405, 405, 405, 405, 405, 405)),
    "members/me/": ("/members/me/", MEMBERS_ONLY, MEMBERS_ONLY),
    "members/me/blocks/": ("/members/me/blocks/", MEMBERS_ONLY, 302),
    "members/invite/": ("/members/invite/", INVITERS, INVITERS),
    "members/invite/<id:pk>/<slug:action>/": (
        "/members/invite/{invitation_pk}/revoke/",
        (302, 405, 405, 405, 405, 405, 405, 405),
        (302, 404, 404, 404, 302, 302, 302, 404),
    ),
    "members/import/": ("/members/import/", INVITERS, INVITERS),
    "members/import/<id:pk>/": ("/members/import/{upload_pk}/", UPLOADER, (302, 404, 404, 404, 302, 404, 302, 404)),
    "members/<id:user_id>/": ("/members/{profiled_pk}/", (404, 200, 200, 200, 200, 200, 200, 200), 405),
    "members/<id:user_id>/portrait/": (
        "/members/{profiled_pk}/portrait/",
        (404, 200, 200, 200, 200, 200, 200, 200),
        405,
    ),
    "members/<id:user_id>/contact/": ("/members/{profiled_pk}/contact/", MEMBERS_ONLY, MEMBERS_ONLY),
    "members/<id:user_id>/block/": (
        "/members/{profiled_pk}/block/",
        (302, 405, 405, 405, 405, 405, 405, 405),
        302,
    ),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """A member with a portrait, an open invitation, and the editor's uploaded list."""
    editor = cast[4]
    assert editor is not None
    member = with_portrait(profiled(role="Town clerk"))
    return {
        "profiled_pk": str(member.pk),
        "invitation_pk": str(invite("invited@example.org", editor)[0].pk),
        "upload_pk": str(keep("list.csv", MailingList([]), editor).pk),
    }

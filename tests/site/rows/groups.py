"""Working groups: a public one with its lead and a member of the cast, and an invitation to a private one."""

from collections.abc import Sequence

from portal.accounts.models import User
from portal.groups import invitations, services
from portal.groups.links import invitation_path
from portal.groups.models import JoinRequest, Visibility
from tests.factories.groups import group, news
from tests.site.rows import MEMBERS_ONLY, Rows, Statuses

# Whoever runs the group, and administrators; to everybody else there is no desk.
DESK: Statuses = (404, 404, 404, 200, 404, 404, 200, 404)
POST_ONLY: Statuses = (404, 404, 404, 405, 404, 404, 405, 404)

ROWS: Rows = {
    "groups.GroupIndexPage ": ("/groups/", 200, 200),
    "groups.GroupIndexPage mine/": ("/groups/mine/", MEMBERS_ONLY, MEMBERS_ONLY),
    "groups.GroupIndexPage invitation/<id:pk>-<slug:secret>/": (
        "{group_invitation}",
        (302, 200, 404, 404, 404, 404, 404, 404),
        (302, 302, 404, 404, 404, 404, 404, 404),
    ),
    "groups.GroupNewsPage": ("{group_news}", 200, 405),
    "groups.GroupPage ": ("{group}", 200, 200),
    "groups.GroupPage members/": (
        "{group}members/",
        (302, 404, 200, 200, 404, 404, 200, 404),
        (302, 404, 200, 200, 404, 404, 200, 404),
    ),
    "groups.GroupPage documents/": ("{group}documents/", 200, 200),
    "groups.GroupPage news/": ("{group}news/", 200, 200),
    "groups.GroupPage join/": ("{group}join/", (302, 200, 302, 302, 200, 200, 200, 200), 302),
    "groups.GroupPage leave/": (
        "{group}leave/",
        (302, 404, 200, 200, 404, 404, 404, 404),
        (302, 404, 302, 302, 404, 404, 404, 404),
    ),
    "groups.GroupPage desk/": ("{group}desk/", DESK, DESK),
    "groups.GroupPage desk/requests/<id:pk>/": ("{group}desk/requests/{group_request_pk}/", POST_ONLY, DESK),
    "groups.GroupPage desk/members/": ("{group}desk/members/", DESK, DESK),
    "groups.GroupPage desk/members/<id:user_id>/": ("{group}desk/members/{group_member_pk}/", DESK, 404),
    "groups.GroupPage desk/invitations/<id:pk>/": (
        "{group}desk/invitations/{group_invitation_pk}/",
        POST_ONLY,
        (404, 404, 404, 302, 404, 404, 302, 404),
    ),
    "groups.GroupPage settings/": ("{group}settings/", DESK, DESK),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """A public group with news, a request and an invitation; a private one to which the member is invited."""
    _visitor, member, group_member, lead, editor, *_others = cast
    assert member
    assert group_member
    assert editor
    page = group(title="Table group", slug="table-group", lead=lead, members=[group_member])
    services.request(page.working_group, editor)
    private = group(slug="quiet-group", lead=lead, visibility=Visibility.PRIVATE)
    invited, _new = invitations.invite(private.working_group, member.email, lead)
    open_invitation, _new = invitations.invite(page.working_group, "new@example.org", lead)
    return {
        "group": page.url,
        "group_news": news(page).url,
        "group_request_pk": str(JoinRequest.objects.get().pk),
        "group_member_pk": str(group_member.pk),
        "group_invitation": invitation_path(invited),
        "group_invitation_pk": str(open_invitation.pk),
    }

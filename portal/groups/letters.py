"""The room's mail: to leads of a request to join, to who asked, to who is invited, to who runs a group from now on, and
to who was taken out of one."""

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import letters
from portal.core.models import Letter
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_for
from portal.groups.models import (
    Answer,
    GroupInvitation,
    GroupPage,
    JoinRequest,
    Membership,
    State,
    WorkingGroup,
)

REQUEST = "group-request"
ANSWER = "group-answer"
INVITATION = "group-invitation"
ROLE = "group-role"
REMOVAL = "group-removal"


def owe_request(asked: JoinRequest, lead_id: int) -> bool:
    """Owe a lead a letter about a request to join."""
    return letters.owe(REQUEST, f"{asked.pk}-{lead_id}", recipient=lead_id, about=asked.pk)


def owe_answer(asked: JoinRequest) -> bool:
    """Owe who asked the answer."""
    return letters.owe(ANSWER, str(asked.pk), recipient=asked.user_id, about=asked.pk)


def owe_invitation(invitation: GroupInvitation) -> bool:
    """Owe an address its invitation, whether or not it has an account."""
    return letters.owe(INVITATION, str(invitation.pk), address=invitation.email, about=invitation.pk)


def owe_role(membership: Membership) -> bool:
    """Owe a member the news that they run the group from now on."""
    key = f"{membership.pk}-{membership.role}-{timezone.now():%Y%m%d%H%M%S}"
    return letters.owe(ROLE, key, recipient=membership.user_id, about=membership.pk)


def owe_removal(group: WorkingGroup, user: User) -> bool:
    """Owe somebody who was taken out of the group the news."""
    key = f"{group.pk}-{user.pk}-{timezone.now():%Y%m%d%H%M%S%f}"
    return letters.owe(REMOVAL, key, recipient=user.pk, about=group.pk)


def compose_request(letter: Letter) -> EmailMultiAlternatives | None:
    """None if the request was answered meanwhile, or if the recipient no longer runs the group."""
    asked = JoinRequest.objects.select_related("group__page", "user").filter(pk=letter.about or 0).first()
    if asked is None or asked.answer != Answer.WAITING:
        return None
    if not asked.group.memberships.running().filter(user=letter.recipient_id).exists():
        return None
    return letters.compose(
        letter,
        subject=_("%(name)s asks to join %(group)s") % {"name": asked.user.name, "group": asked.group.page.title},
        template="groups/email/request",
        context={"asked": asked, "page": asked.group.page, "path": f"{page_url(asked.group.page)}desk/"},
    )


def compose_answer(letter: Letter) -> EmailMultiAlternatives | None:
    """None for an approval that has been overtaken: who is out of the group again hears nothing of it."""
    asked = JoinRequest.objects.select_related("group__page").filter(pk=letter.about or 0).first()
    if asked is None or asked.answer not in {Answer.APPROVED, Answer.DECLINED}:
        return None
    approved = asked.answer == Answer.APPROVED
    if approved and not Membership.objects.filter(group=asked.group_id, user=asked.user_id).exists():
        return None
    title = asked.group.page.title
    return letters.compose(
        letter,
        subject=(_("You are a member of %s") if approved else _("Your request to join %s")) % title,
        template="groups/email/answer",
        context={"asked": asked, "approved": approved, "page": asked.group.page, "path": page_url(asked.group.page)},
    )


def compose_invitation(letter: Letter) -> EmailMultiAlternatives | None:
    """None if the invitation is open no more, or if the owner of the address is a member of the group already."""
    from portal.groups.links import invitation_path

    found = GroupInvitation.objects.select_related("group__page", "invited_by").filter(pk=letter.about or 0).first()
    if found is None or not found.is_open or found.group.state == State.ARCHIVED or _is_member(found):
        return None
    return letters.compose(
        letter,
        subject=_("You are invited to %s") % found.group.page.title,
        template="groups/email/invitation",
        context={"invitation": found, "page": found.group.page, "path": invitation_path(found)},
    )


def _is_member(invitation: GroupInvitation) -> bool:
    of_address = {"user__emailaddress__email__iexact": invitation.email, "user__emailaddress__verified": True}
    return Membership.objects.filter(group=invitation.group_id, **of_address).exists()


def compose_role(letter: Letter) -> EmailMultiAlternatives | None:
    """None if they run the group no more, or if it is gone."""
    found = Membership.objects.select_related("group__page").filter(pk=letter.about or 0).first()
    if found is None or not found.runs_the_group:
        return None
    page = found.group.page
    return letters.compose(
        letter,
        subject=_("You run %s from now on") % page.title,
        template="groups/email/role",
        context={"page": page, "role": found.get_role_display(), "path": f"{page_url(page)}desk/"},
    )


def compose_removal(letter: Letter) -> EmailMultiAlternatives | None:
    """None if they are in again, or if the group is gone. A group that they may not see is not named."""
    recipient = letter.recipient
    found = WorkingGroup.objects.filter(pk=letter.about or 0).exclude(memberships__user=letter.recipient_id)
    if recipient is None or not found.exists():
        return None
    page = GroupPage.objects.visible(viewer_for(recipient)).filter(pk=letter.about).first()
    title = page.title if page else ""
    return letters.compose(
        letter,
        subject=_("You are no longer a member of %s") % title if title else _("You are no longer a member of a group"),
        template="groups/email/removal",
        context={"title": title, "path": "/report/"},
    )


letters.register(REQUEST, compose_request)
letters.register(ANSWER, compose_answer)
letters.register(INVITATION, compose_invitation)
letters.register(ROLE, compose_role)
letters.register(REMOVAL, compose_removal)

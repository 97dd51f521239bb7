"""What is done with working groups and their people. Every function is atomic and says False if nothing changed.

Whether somebody may is asked before, in `portal.groups.access`; what no one may do in the group's present state, or
what would leave it without a lead, raises `RefusedError` with the sentence to show.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import history
from portal.accounts.models import User
from portal.core import closing, pagecache
from portal.core.signals import membership_ended
from portal.groups import letters, log, rights, standing
from portal.groups.models import (
    Answer,
    GroupPage,
    Joining,
    JoinRequest,
    Membership,
    Role,
    State,
    Visibility,
    WorkingGroup,
)
from portal.search import services as search

DAY = timedelta(days=1)
REQUESTS_A_DAY = 10
# After a request was declined, this long passes before the same person may ask the same group again.
ASK_AGAIN = timedelta(days=7)


class RefusedError(Exception):
    """What was asked cannot be done; the message is a sentence for whoever asked."""


@transaction.atomic
def found(
    page: GroupPage,
    *,
    lead: User | None = None,
    visibility: Visibility | None = None,
    joining: Joining | None = None,
    state: State | None = None,
) -> WorkingGroup:
    """The working group of `page`, founded if there is none: active, by request, private. What is given is set."""
    group = WorkingGroup.objects.filter(page=page.pk).first() or _founded(page)
    if lead is not None:
        add(group, lead, Role.LEAD)
    if joining is not None:
        set_joining(group, joining)
    if visibility is not None:
        set_visibility(group, visibility)
    if state is not None:
        set_state(group, state)
    group.refresh_from_db()
    return group


def _founded(page: GroupPage) -> WorkingGroup:
    members_group, leads_group = rights.make_user_groups(page)
    group = WorkingGroup.objects.create(
        page=page, members_group=members_group, leads_group=leads_group, collection=rights.make_collection(page)
    )
    rights.grant(group)
    rights.restrict(group)
    return group


@transaction.atomic
def set_visibility(group: WorkingGroup, visibility: Visibility) -> bool:
    """Change who sees the group's page and all that hangs on it, in this transaction."""
    group = _locked(group)
    if group.visibility == visibility:
        return False
    group.visibility = visibility
    group.save(update_fields=["visibility"])
    rights.restrict(group)
    return _settled(group)


@transaction.atomic
def set_joining(group: WorkingGroup, joining: Joining) -> bool:
    """Change how people become members."""
    changed = WorkingGroup.objects.filter(pk=group.pk).exclude(joining=joining).update(joining=joining)
    return bool(changed) and _settled(group)


@transaction.atomic
def set_state(group: WorkingGroup, state: State) -> bool:
    """Pause, archive or take up the group. Archiving closes its section and takes the leads' rights to write."""
    group = _locked(group)
    if group.state == state:
        return False
    group.state = state
    group.save(update_fields=["state"])
    rights.grant(group)
    if group.is_archived:
        closing.close(group.page)
    else:
        closing.reopen(group.page)
    return _settled(group)


@transaction.atomic
def set_up(
    group: WorkingGroup, *, state: State, joining: Joining, visibility: Visibility, by: User | None = None
) -> bool:
    """All three settings together. False if none was another."""
    changes = (set_state(group, state), set_joining(group, joining), set_visibility(group, visibility))
    if any(changes):
        log.settings_changed(_locked(group), by)
    return any(changes)


def archive(group: WorkingGroup) -> bool:
    return set_state(group, State.ARCHIVED)


def pause(group: WorkingGroup) -> bool:
    return set_state(group, State.PAUSED)


def activate(group: WorkingGroup) -> bool:
    return set_state(group, State.ACTIVE)


@transaction.atomic
def add(group: WorkingGroup, user: User, role: Role = Role.MEMBER, *, at: datetime | None = None) -> bool:
    """Make `user` a member, whatever the group's way of joining. False for somebody who is one, in whatever role.

    A request of theirs that waits counts as approved, invitations to them as accepted: none outlives the membership.
    """
    group = writable(group)
    defaults = {"role": role, "joined_at": at or timezone.now()}
    made = Membership.objects.get_or_create(group=group, user=user, defaults=defaults)[1]
    if not made:
        return False
    group.requests.filter(user=user, answer=Answer.WAITING).update(answer=Answer.APPROVED, answered_at=timezone.now())
    standing.use(standing.to_person(group, user))
    rights.follow([group], [user.pk])
    history.record(user.pk, "group_joined", str(group.pk))
    return _settled(group)


@transaction.atomic
def join(group: WorkingGroup, user: User) -> bool:
    """Become a member of an open group. Raises RefusedError where that is not possible."""
    group = writable(group)
    if Membership.objects.filter(group=group, user=user).exists():
        return False
    check_takes_members(group)
    if group.joining != Joining.OPEN:
        raise RefusedError(_("This group does not take members without a word from its leads."))
    return add(group, user)


@transaction.atomic
def request(group: WorkingGroup, user: User, message: str = "") -> bool:
    """Ask the leads to be taken in, and tell them. False for a member, or while an earlier request waits.

    Raises RefusedError where nobody can ask, or to somebody who asks too often.
    """
    group = writable(group)
    if Membership.objects.filter(group=group, user=user).exists():
        return False
    check_takes_members(group)
    if group.joining != Joining.REQUEST:
        raise RefusedError(_("This group does not take requests to join."))
    _check_may_ask(group, user)
    asked, made = JoinRequest.objects.get_or_create(
        group=group, user=user, answer=Answer.WAITING, defaults={"message": message}
    )
    if made:
        for lead_id in group.memberships.running().values_list("user_id", flat=True):
            letters.owe_request(asked, lead_id)
    return made


@transaction.atomic
def withdraw(group: WorkingGroup, user: User) -> bool:
    """Take one's own request back."""
    waiting = JoinRequest.objects.filter(group=group, user=user, answer=Answer.WAITING)
    return bool(waiting.update(answer=Answer.WITHDRAWN, answered_at=timezone.now()))


@transaction.atomic
def approve(asked: JoinRequest, by: User | None, note: str = "") -> bool:
    """Take in who asked, and tell them with the sentence in `note`. False if the request has been answered.

    Raises RefusedError for a group that pauses; the request waits on.
    """
    group = writable(asked.group)
    check_takes_members(group)
    if not _answer(asked, Answer.APPROVED, by, note):
        return False
    add(group, asked.user)
    letters.owe_answer(asked)
    return True


@transaction.atomic
def decline(asked: JoinRequest, by: User | None, note: str = "") -> bool:
    """Do not take in who asked, and tell them with the sentence in `note`. False if the request has been answered."""
    writable(asked.group)
    if not _answer(asked, Answer.DECLINED, by, note):
        return False
    letters.owe_answer(asked)
    return True


@transaction.atomic
def leave(group: WorkingGroup, user: User) -> bool:
    """Leave the group, also an archived one. Raises RefusedError for the last lead."""
    return _end(_locked(group), user, "group_left")


@transaction.atomic
def remove(group: WorkingGroup, user: User, by: User | None = None) -> bool:
    """Take somebody out of the group, with the invitations that they sent, and tell them.

    Raises RefusedError for the last lead.
    """
    group = writable(group)
    if not _end(group, user, "group_removed"):
        return False
    standing.take_back(standing.by_person(group, user))
    log.removed(group, user, by)
    letters.owe_removal(group, user)
    return True


@transaction.atomic
def set_role(group: WorkingGroup, user: User, role: Role, by: User | None = None) -> bool:
    """Make a member lead, deputy or member, and tell whoever runs the group from now on. False for no member.

    Raises RefusedError if the group would be without a lead.
    """
    group = writable(group)
    membership = Membership.objects.filter(group=group, user=user).exclude(role=role).first()
    if membership is None:
        return False
    if role != Role.LEAD:
        _check_not_last_lead(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    rights.follow([group], [user.pk])
    log.role_given(group, user, role, by)
    if membership.runs_the_group:
        letters.owe_role(membership)
    return _settled(group)


@transaction.atomic
def hand_over(group: WorkingGroup, lead: User, successor: User) -> bool:
    """Make `successor`, a member, lead in the place of `lead`, who stays a member. False if it is so."""
    group = writable(group)
    if lead.pk == successor.pk or not Membership.objects.filter(group=group, user=lead, role=Role.LEAD).exists():
        return False
    if not Membership.objects.filter(group=group, user=successor).exists():
        raise RefusedError(_("A group is handed over to one of its members: add the successor first."))
    set_role(group, successor, Role.LEAD, by=lead)
    return set_role(group, lead, Role.MEMBER, by=lead)


def _locked(group: WorkingGroup) -> WorkingGroup:
    """The group as it is now; who changes its people next waits until this transaction ends."""
    return WorkingGroup.objects.select_for_update(of=("self",)).select_related(
        "page", "members_group", "leads_group"
    ).get(pk=group.pk)  # fmt: skip


def writable(group: WorkingGroup) -> WorkingGroup:
    """The group as it is now, locked until this transaction ends. Raises RefusedError if it is archived."""
    found = _locked(group)
    if found.is_archived:
        raise RefusedError(_("This group is archived: it can be read, and nothing changes in it any more."))
    return found


def check_takes_members(group: WorkingGroup) -> None:
    """Raises RefusedError for a group that pauses. What leads and loaders do by `add` is not asked."""
    if group.state == State.PAUSED:
        raise RefusedError(_("This group pauses: it takes no new members for now."))


def _check_may_ask(group: WorkingGroup, user: User) -> None:
    now = timezone.now()
    own = JoinRequest.objects.filter(user=user)
    if own.filter(created_at__gt=now - DAY).count() >= REQUESTS_A_DAY:
        raise RefusedError(_("You have asked many groups today. Wait until tomorrow, please."))
    if own.filter(group=group, answer=Answer.DECLINED, answered_at__gt=now - ASK_AGAIN).exists():
        raise RefusedError(_("The leads have answered your request a few days ago. You may ask again after a week."))


def _answer(asked: JoinRequest, answer: Answer, by: User | None, note: str) -> bool:
    waiting = JoinRequest.objects.filter(pk=asked.pk, answer=Answer.WAITING)
    return bool(waiting.update(answer=answer, note=note, answered_by=by, answered_at=timezone.now()))


def _end(group: WorkingGroup, user: User, how: str) -> bool:
    """End the membership; `how` is what the person's history calls it."""
    membership = Membership.objects.filter(group=group, user=user).first()
    if membership is None:
        return False
    _check_not_last_lead(membership)
    membership.delete()
    standing.take_back(standing.to_person(group, user))
    rights.follow([group], [user.pk])
    history.record(user.pk, how, str(group.pk))
    membership_ended.send(sender=Membership, user_id=user.pk, page_id=group.pk)
    return _settled(group)


def _check_not_last_lead(membership: Membership) -> None:
    leads = Membership.objects.filter(group=membership.group_id).leads()
    if membership.role == Role.LEAD and not leads.exclude(pk=membership.pk).exists():
        raise RefusedError(_("A group needs a lead: name a successor first, or hand the group over."))


def _settled(group: WorkingGroup) -> bool:
    """After any change: what search says of the group, and the pages that visitors have stored."""
    search.index("group", [group.pk])
    pagecache.bump()
    return True

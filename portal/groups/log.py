"""What those who run a group did with its people and its settings, in the log of its page (the admin's history).

The log keeps ids of accounts, no names: whoever deletes their account is not named in it any more.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter, log

from portal.accounts.models import User
from portal.groups.models import Role, WorkingGroup

REMOVED = "groups.remove"
ROLE = "groups.role"
SETTINGS = "groups.settings"


def removed(group: WorkingGroup, user: User, by: User | None) -> None:
    log(group.page, REMOVED, user=by, data={"person": user.pk})


def role_given(group: WorkingGroup, user: User, role: Role, by: User | None) -> None:
    log(group.page, ROLE, user=by, data={"person": user.pk, "role": str(role)})


def settings_changed(group: WorkingGroup, by: User | None) -> None:
    """`group` as it is now."""
    log(group.page, SETTINGS, user=by, data={name: getattr(group, name) for name in ("state", "joining", "visibility")})


def _name(entry: Any) -> str:
    found = User.objects.filter(pk=entry.data.get("person")).values_list("name", flat=True).first()
    return found or _("somebody whose account is gone")


class RemovedFormatter(LogFormatter):
    label = gettext_lazy("Remove a member")

    def format_message(self, log_entry: Any) -> str:
        return _("Removed from the group: %(name)s") % {"name": _name(log_entry)}


class RoleFormatter(LogFormatter):
    label = gettext_lazy("Give a role in the group")

    def format_message(self, log_entry: Any) -> str:
        role = dict(Role.choices).get(log_entry.data.get("role"), "")
        return _("Role in the group: %(name)s, %(role)s") % {"name": _name(log_entry), "role": role}


class SettingsFormatter(LogFormatter):
    label = gettext_lazy("Change the settings of the group")

    def format_message(self, log_entry: Any) -> str:
        kept = log_entry.data
        return _("Settings of the group: %(state)s, joining %(joining)s, seen by %(visibility)s") % {
            name: kept.get(name, "") for name in ("state", "joining", "visibility")
        }


FORMATTERS = {REMOVED: RemovedFormatter, ROLE: RoleFormatter, SETTINGS: SettingsFormatter}

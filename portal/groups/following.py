"""A group can be followed: its new questions are told."""

from django.utils.translation import gettext_lazy as _

from portal.groups.references import groups
from portal.notifications import watching

watching.register("group", groups, _("Working groups"))

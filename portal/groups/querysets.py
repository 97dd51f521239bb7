"""How working groups are read: pages start from what the viewer may see, people from the group that is shown."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from portal.groups.models import Membership  # noqa: F401 - named by the class's base


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who is in which group."""

    def running(self) -> Self:
        """Leads and deputies."""
        return self.filter(role__in=("lead", "deputy"))

    def leads(self) -> Self:
        return self.filter(role="lead")

    def leads_first(self) -> Self:
        """Leads, deputies, members; among equals by name."""
        order = models.Case(models.When(role="lead", then=0), models.When(role="deputy", then=1), default=2)
        return self.order_by(order, "user__name", "pk")

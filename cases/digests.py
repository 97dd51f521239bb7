"""What a digest says of this room."""

from django.utils.translation import gettext_lazy as _

from cases.models import CasePage
from portal.notifications import digests

digests.register("cases", _("New case studies"), digests.new_pages(CasePage.objects.visible), order=30)

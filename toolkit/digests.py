"""What a digest says of this room."""

from django.utils.translation import gettext_lazy as _

from portal.notifications import digests
from toolkit.models import ToolPage

digests.register("tools", _("New tools"), digests.new_pages(ToolPage.objects.visible), order=40)

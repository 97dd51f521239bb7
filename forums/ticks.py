"""What the forums do by the clock."""

from forums import drafts, services
from portal.core import ticks

ticks.register("forums.recount", 24 * 60, services.recount, hour=3)
ticks.register("forums.old_drafts", 24 * 60, drafts.prune, hour=3)

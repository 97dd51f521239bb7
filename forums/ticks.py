"""What the forums do by the clock."""

from forums import drafts, helping, services
from portal.core import ticks

ticks.register("forums.recount", 24 * 60, services.recount, hour=3)
ticks.register("forums.recount_helped", 24 * 60, helping.recount, hour=3)
ticks.register("forums.old_drafts", 24 * 60, drafts.prune, hour=3)

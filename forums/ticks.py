"""What the forums do by the clock."""

from forums import helping, indexing, services
from portal.core import ticks

ticks.register("forums.recount", 24 * 60, services.recount, hour=3)
ticks.register("forums.recount_helped", 24 * 60, helping.recount, hour=3)
ticks.register("forums.index", 1, indexing.catch_up)

"""What the forums do by the clock."""

from forums import services
from portal.core import ticks

ticks.register("forums.recount", 24 * 60, services.recount, hour=3)

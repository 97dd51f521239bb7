"""What the forums do by the clock."""

from forums import files, services
from portal.core import ticks

ticks.register("forums.recount", 24 * 60, services.recount, hour=3)
ticks.register("forums.files", 60, files.forget_unposted)

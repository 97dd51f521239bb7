"""What the room of members does by the clock."""

from portal.core import ticks
from portal.members.services import forget

ticks.register("members.forget", 24 * 60, forget, hour=4)

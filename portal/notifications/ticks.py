"""What the notifications do by the clock."""

from portal.core import ticks
from portal.notifications import tasks

ticks.register("notifications.tellings", 5, tasks.enqueue_left)

"""What the notifications do by the clock."""

from portal.core import ticks
from portal.notifications import rounds, services, tasks

ticks.register("notifications.tellings", 5, tasks.enqueue_left)
ticks.register("notifications.digests", 15, rounds.begin_due)
ticks.register("notifications.forget", 24 * 60, services.forget_old, hour=4)

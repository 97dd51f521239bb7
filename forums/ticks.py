"""What the forums do by the clock."""

from forums import services, tasks
from portal.core import ticks

ticks.register("forums.answer_mails", 10, tasks.enqueue_owed)
ticks.register("forums.recount", 24 * 60, services.recount, hour=3)

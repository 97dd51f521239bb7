"""What the forums do by the clock."""

from forums import counting, drafts, file_texts, files, helping, indexing, retention
from portal.core import ticks

ticks.register("forums.recount", 24 * 60, counting.recount, hour=3)
ticks.register("forums.recount_boards", 24 * 60, counting.recount_boards, hour=3)
ticks.register("forums.recount_helped", 24 * 60, helping.recount, hour=3)
ticks.register("forums.old_drafts", 24 * 60, drafts.prune, hour=3)
ticks.register("forums.forget_old", 24 * 60, retention.forget_old, hour=4)
ticks.register("forums.files", 60, files.forget_unposted)
ticks.register("forums.index", 1, indexing.catch_up)
ticks.register("forums.read_files", 10, file_texts.catch_up)

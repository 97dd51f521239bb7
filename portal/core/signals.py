"""Signals by which the ground floor tells the rooms above, which it must not import, that content changed.

`content_changed` is sent inside the transaction that changes `instance`, after its child rows are written.
`audience_changed` is sent inside the transaction that changes who may see `pages` (a list of page ids).
`files_audience_changed` is sent inside the transaction that changes who may have the files of `collections` (ids).
`membership_ended` is sent inside the transaction that takes a member (`user_id`) out of the group whose section begins
at the page `page_id`, after their rights have gone: what hung on being a member ends with it.
"""

from django.dispatch import Signal

content_changed = Signal()
content_removed = Signal()
audience_changed = Signal()
files_audience_changed = Signal()
membership_ended = Signal()

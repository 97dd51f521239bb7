"""Signals by which the ground floor tells the rooms above, which it must not import, that content changed.

`content_changed` is sent inside the transaction that changes `instance`, after its child rows are written.
`audience_changed` is sent inside the transaction that changes who may see `pages` (a list of page ids).
"""

from django.dispatch import Signal

content_changed = Signal()
content_removed = Signal()
audience_changed = Signal()

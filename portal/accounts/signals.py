"""What the accounts tell the rooms above, which they must not import.

`invitation_accepted` is sent inside the transaction in which `user` accepts `invitation`, while its `data` is there.
"""

from django.dispatch import Signal

invitation_accepted = Signal()

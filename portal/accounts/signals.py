"""What the accounts tell the rooms above, which they must not import.

`joined` is sent when somebody has made an account, with how often he or she wants the digest ("off", "daily", "weekly",
or "" where nothing was chosen). `invitation_accepted` is sent inside the transaction in which `user` accepts
`invitation`, while its `data` is there.
"""

from django.dispatch import Signal

joined = Signal()
invitation_accepted = Signal()

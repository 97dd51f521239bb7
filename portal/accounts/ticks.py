"""What the accounts do by the clock: forget, and keep secrets under the present key."""

from portal.accounts import history, services
from portal.core import ticks

DAY = 24 * 60
NIGHT = 3

ticks.register("accounts.history", DAY, history.prune, hour=NIGHT)
ticks.register("accounts.invitations", DAY, services.forget_old_invitations, hour=NIGHT)
ticks.register("accounts.unconfirmed", DAY, services.forget_unconfirmed, hour=NIGHT)
ticks.register("accounts.secrets", DAY, services.renew_secrets, hour=NIGHT)

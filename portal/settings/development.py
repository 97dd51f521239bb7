"""Settings for working on the portal and for `make demo`: nothing needs to be set."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import VAR_DIR

DEBUG = True
SECRET_KEY = "development-only-secret-key-that-production-refuses"
ALLOWED_HOSTS = ["*"]
VAR_DIR.mkdir(parents=True, exist_ok=True)

"""Settings for working on the portal and for `make demo`: nothing needs to be set."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import EMAIL_CONFIG, VAR_DIR, env

# `make demo` turns it off, so that a missing page looks as it does on a server.
DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = "development-only-secret-key-that-production-refuses"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PORTAL_STYLEGUIDE = True
VAR_DIR.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
# The demonstration accounts have a password that everybody can read here.
DEMO_ACCOUNTS = True
# Whoever works on the portal, or looks at the demonstration, has no authenticator at hand.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
# Passkeys on http://localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Mails that go to the console show their text, and not the same once more as HTML.
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend":
    EMAIL_BACKEND = "portal.core.console.EmailBackend"

"""Settings for a server: what is secret or local comes from the environment; a wrong value stops the start."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_URL, LOGGING, STORAGES, TEMPLATES, env
from portal.settings.guard import fatal_problems

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
# Former keys, so that changing the key does not sign everybody out.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = [BASE_URL.rstrip("/")]

# SECURE=0 serves http on loopback, for `make bench`; portal.settings.guard refuses it anywhere else.
SECURE = env.bool("SECURE", default=True)
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
if SECURE:
    # Browsers accept this prefix only from https, for this host alone and for all paths.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
SILENCED_SYSTEM_CHECKS = [
    # portal.core.middleware.SecurityHeadersMiddleware sends X-Frame-Options with the other headers.
    "security.W002",
    # Preloading binds the parent domain too: its owner decides, not this portal.
    "security.W021",
]

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

TEMPLATES = [
    {
        **TEMPLATES[0],
        "APP_DIRS": False,
        "OPTIONS": {
            **TEMPLATES[0]["OPTIONS"],  # type: ignore[dict-item]
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

LOGGING = {
    **LOGGING,
    "handlers": {"console": {**LOGGING["handlers"]["console"], "formatter": "json"}},  # type: ignore[index]
}

_problems = fatal_problems(globals(), secure=SECURE)
if _problems:
    raise ImproperlyConfigured("The portal does not start. " + " ".join(_problems))

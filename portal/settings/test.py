"""Settings for the test suite: fast password hashing, mail in memory, tasks run where they are enqueued."""

from pathlib import Path
from tempfile import TemporaryDirectory

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES as BASE_DATABASES
from portal.settings.base import LOGGING as BASE_LOGGING
from portal.settings.base import env

SECRET_KEY = "test-only-secret-key-that-production-refuses"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PORTAL_STYLEGUIDE = True
DATABASES = {"default": BASE_DATABASES["default"]}
# A file for `pytest --reuse-db`, which saves the migrations of every run; without it the database is in memory.
if TEST_DATABASE := env.str("TEST_DATABASE", default=""):
    DATABASES["default"]["TEST"] = {"NAME": TEST_DATABASE}
DATABASE_ROUTERS = []
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}
# Held here as long as the process lives, and gone with it.
_media = TemporaryDirectory(prefix="portal-test-media-")
MEDIA_ROOT = Path(_media.name)
LOGGING = {**BASE_LOGGING, "root": {"handlers": ["console"], "level": "WARNING"}}
# The admin's own index, which no test of ours reads, would double the cost of every page that a test makes.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}  # type: ignore[dict-item]
# Tests sign people in without ceremony; those of the second factor turn this on.
SECOND_FACTOR_REQUIRED = False
# Most tests post without having read the form; those of robots turn this on.
POSTING_STAMP_REQUIRED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Tests of the engine name their own node; the rest of the suite searches with the database whatever is set.
ELASTICSEARCH_URL = ""

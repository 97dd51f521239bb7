"""Settings that every environment shares. What differs by machine is a variable (docs/operations.md)."""

from pathlib import Path

from portal.settings.accounts import *  # noqa: F403
from portal.settings.environment import BASE_DIR, BASE_URL, PORTAL_NAME, VAR_DIR, env
from portal.settings.search import *  # noqa: F403

INSTALLED_APPS = [
    "portal.home",
    "portal.demo",
    "cases",
    "toolkit",
    "forums",
    "portal.insights",
    "portal.groups",
    "portal.events",
    "portal.members",
    "portal.moderation",
    "portal.search",
    "taxonomy",
    "portal.notifications",
    "portal.core",
    "portal.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.accounts.wagtail_users.PortalUsersAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

# The page cache stands before sessions on purpose: a stored page must cost no session, no user and no token. What is
# above it runs for every stored page too, so the portal's own header middleware works from strings made at start-up.
MIDDLEWARE = [
    "portal.core.middleware.RequestLogMiddleware",
    "portal.core.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.core.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.core.middleware.ViewerMiddleware",
    "portal.accounts.middleware.SecondFactorMiddleware",
    "portal.core.middleware.AdminDoorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.core.context.portal",
                "portal.notifications.context.unread",
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "portal.core.templatetags.portal",
                "portal.core.templatetags.portal_fixed",
                "portal.notifications.templatetags.notifications",
            ],
        },
    },
]

SQLITE_OPTIONS = {
    # A read that turns into a write otherwise fails at once with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
}

# PostgreSQL plans what a connection asks often once, not each time: to plan took it longer than to answer.
PREPARED: dict[str, object] = {"server_side_binding": True, "prepare_threshold": 5}


def sqlite(path: Path) -> dict[str, object]:
    """A SQLite database at `path` with the options under which the portal is tested."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": SQLITE_OPTIONS,
        "CONN_MAX_AGE": None,
    }


DATABASES = {"default": sqlite(VAR_DIR / "portal.sqlite3"), "cache": sqlite(VAR_DIR / "cache.sqlite3")}
if env.str("DATABASE_URL", default=""):
    DATABASES["default"] = env.db_url("DATABASE_URL")
    if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["OPTIONS"] = {**PREPARED, **env.db_url("DATABASE_URL").get("OPTIONS", {})}
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_ROUTERS = ["portal.core.routers.CacheRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# With Redis nothing is read or written in the cache's own database; without, it keeps cache writes away from content.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
if REDIS_URL:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "portal.core.storage.FolderStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# With a bucket, uploads are kept there and VAR_DIR holds none; readers get them through the portal in either case. Who
# the portal is to the bucket is found by the AWS library itself: AWS_ACCESS_KEY_ID and its kin, or the machine's role.
S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="")
S3_REGION = env.str("S3_REGION", default="")
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "portal.core.storage_s3.BucketStorage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT_URL or None,
            "region_name": S3_REGION or None,
        },
    }
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

DEMO_ACCOUNTS = False
# Forms to post know when they were made; one without that is refused once where its sender is new.
POSTING_STAMP_REQUIRED = True
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Common Ground <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
# Who hears of problems that readers report.
PORTAL_CONTACT = env.str("PORTAL_CONTACT", default="")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
# How many proxies of our own stand before the portal: each adds one address to X-Forwarded-For, and the first of them
# says whether the reader came by https.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

WAGTAIL_SITE_NAME = PORTAL_NAME
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "taxonomy.rich_text.RichTextArea"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_EXTENSIONS = [
    "csv", "docx", "md", "mp3", "mp4", "odt", "ods", "pdf", "pptx", "txt", "vtt", "webm", "xlsx",
]  # fmt: skip
# Files beside posts: bytes of one, how many a post may have, and bytes of all that a member has sent.
FORUM_FILE_SIZE = env.int("FORUM_FILE_SIZE", default=10 * 1024 * 1024)
FORUM_FILES_A_POST = env.int("FORUM_FILES_A_POST", default=8)
FORUM_FILES_A_MEMBER = env.int("FORUM_FILES_A_MEMBER", default=200 * 1024 * 1024)
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
# Documents have an address of the portal's own (portal.core.media.document), never one of the storage.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["application/pdf"]
WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT = True
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.core.uploads.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.core.uploads.ImageForm"
WAGTAILDOCS_CONTENT_TYPES = {"md": "text/markdown", "vtt": "text/vtt"}
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_REQUIRED = False
# Private pages are narrowed by portal.core.gates; a password shared by e-mail is no audience for files either.
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}

X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)
# No inline script or style on public pages, so that no nonce has to survive a stored page. 'self' may frame: Wagtail's
# preview does.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "media-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
}
# Wagtail's admin needs inline script and style; this policy is for its addresses only.
ADMIN_CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "portal.core.logs.RequestIdFilter"}},
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "portal.core.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "plain",
            # Here too: the task worker sets its loggers' own level.
            "level": LOG_LEVEL,
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Replaces Django's own handlers. A 404 is in the access log and needs no second line.
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        # A line for each search otherwise, and a traceback for each node that is away; search says that itself.
        "elastic_transport": {"level": "WARNING"},
        "elastic_transport.transport": {"level": "ERROR"},
        # Who edited and published what is in Wagtail's own history of each page.
        "wagtail": {"level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}

# Whether /styleguide/ shows every component in every state: for development and tests.
PORTAL_STYLEGUIDE = False

# The main navigation: (address, name). Addresses are those of the page tree (docs/architecture.md).
PORTAL_NAV = [
    ("/cases/", "Cases"),
    ("/toolkit/", "Starter kit"),
    ("/glossary/", "Glossary"),
    ("/forums/", "Forums"),
    ("/groups/", "Groups"),
    ("/events/", "Events"),
    ("/insights/", "Insights"),
]

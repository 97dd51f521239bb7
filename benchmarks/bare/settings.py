"""The yardstick: a Django project with no apps, no middleware, no database and one view."""

SECRET_KEY = "the-yardstick-signs-nothing"  # noqa: S105  (nothing is signed; Django wants a value)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare.urls"
WSGI_APPLICATION = "benchmarks.bare.wsgi.application"
USE_TZ = True

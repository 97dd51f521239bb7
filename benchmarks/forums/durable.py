"""Production settings under which SQLite, too, waits for the disk with every change, as PostgreSQL does anyway.

In production SQLite writes its log at every change and waits for the disk now and then: nothing is lost when a process
dies, and the last changes may be when the power fails.
"""

from portal.settings.production import *  # noqa: F403
from portal.settings.production import DATABASES, SQLITE_OPTIONS

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        **SQLITE_OPTIONS,
        "init_command": str(SQLITE_OPTIONS["init_command"]).replace("synchronous=NORMAL", "synchronous=FULL"),
    }

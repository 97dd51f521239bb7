"""`manage.py prepare`: everything a fresh machine, or a new version, needs before it serves. Safe to run again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from portal.core import pagecache


class Command(BaseCommand):
    help = "Create the directories, migrate the database, create the cache table. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--static", action="store_true", help="Collect the static files too, as a server needs.")

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        self._directories()
        call_command("migrate", interactive=False, verbosity=max(0, verbosity - 1))
        # Without --database the table would be sought where the router does not let it be.
        cache_database = "cache" if "cache" in connections.databases else "default"
        call_command("createcachetable", database=cache_database, verbosity=max(0, verbosity - 1))
        # Pages that the former version wrote would outlive it.
        pagecache.bump()
        if options["static"]:
            call_command("collectstatic", interactive=False, verbosity=max(0, verbosity - 1))
        if verbosity:
            self.stdout.write("The portal is prepared.")

    def _directories(self) -> None:
        for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
            Path(folder).mkdir(parents=True, exist_ok=True)
        for database in connections.databases.values():
            if database["ENGINE"] == "django.db.backends.sqlite3" and not str(database["NAME"]).startswith(":memory:"):
                Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)

"""`manage.py search_check`: say where search differs from what the rooms hold, and mend it if asked."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.search import services
from portal.search.management.bars import bars


class Command(BaseCommand):
    help = (
        "Reports entries that are missing, stale or should not be there; fails if there are any and --repair is absent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Mend what differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        with bars("Search", quiet=quiet) as (things, entries):
            found = services.drift(things, entries)
        for sentence in found:
            self.stdout.write(sentence)
        if not found:
            self.stdout.write("Search agrees with what the rooms hold.")
        elif options["repair"]:
            with bars("Mending", quiet=quiet) as (things, entries):
                changed = services.reconcile(things, entries)
            self.stdout.write(f"Mended: {changed} entries changed.")
        else:
            raise CommandError(f"{len(found)} differences. Run search_check --repair to mend them.")

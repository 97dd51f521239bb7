"""`manage.py search_rebuild`: make search equal to what the rooms hold."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core import statistics
from portal.search import services
from portal.search.management.bars import bars


class Command(BaseCommand):
    help = (
        "Compares everything searchable with its entry, writes what differs, and makes the index anew. "
        "With Elasticsearch the new index is filled beside the one that is searched."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        with bars("Entries", quiet=quiet) as (things, entries):
            changed = services.rebuild(things, entries)
        statistics.refresh()
        if not quiet:
            self.stdout.write(f"{changed} entries changed.")

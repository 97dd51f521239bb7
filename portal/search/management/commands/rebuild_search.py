"""`manage.py rebuild_search`: make search equal to what the rooms hold."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from portal.core import statistics
from portal.search import services


class Command(BaseCommand):
    help = "Compares everything searchable with its entry, writes what differs, and rebuilds the full-text tables."

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        with tqdm(total=services.total(), unit="thing", desc="Search", disable=quiet or None) as bar:
            changed = services.rebuild(bar.update)
        statistics.refresh()
        if not quiet:
            self.stdout.write(f"{changed} entries changed.")

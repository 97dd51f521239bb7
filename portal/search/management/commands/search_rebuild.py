"""`manage.py search_rebuild`: make search equal to what the rooms hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.core import statistics
from portal.search import engines, services
from portal.search.engines.elastic.connection import CLUSTER_ERRORS
from portal.search.models import SearchEntry


class Command(BaseCommand):
    help = (
        "Compares everything searchable with its entry, writes what differs, and makes the index anew. "
        "With Elasticsearch the new index is filled beside the one that is searched."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        silent = quiet or None
        with (
            tqdm(total=services.total(), unit="thing", desc="Entries", disable=silent) as compared,
            tqdm(
                total=SearchEntry.objects.count(), unit="entry", desc="Index", disable=silent or not engines.is_remote()
            ) as filled,
        ):
            try:
                changed = services.rebuild(compared.update, filled.update)
            except CLUSTER_ERRORS as error:
                raise CommandError(
                    f"Elasticsearch did not answer ({type(error).__name__}); nothing was lost."
                ) from error
        statistics.refresh()
        if not quiet:
            self.stdout.write(f"{changed} entries changed.")

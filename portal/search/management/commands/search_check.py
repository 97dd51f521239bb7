"""`manage.py search_check`: say where search differs from what the rooms hold, and mend it if asked."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.search import engines, services
from portal.search.engines.elastic.connection import CLUSTER_ERRORS
from portal.search.models import SearchEntry


class Command(BaseCommand):
    help = (
        "Reports entries that are missing, stale or should not be there; fails if there are any and --repair is absent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Mend what differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        with bars("Search", quiet) as (things, entries):
            found = services.drift(things.update, entries.update)
        for sentence in found:
            self.stdout.write(sentence)
        if not found:
            self.stdout.write("Search agrees with what the rooms hold.")
        elif options["repair"]:
            with bars("Mending", quiet) as (things, entries):
                changed = services.reconcile(things.update, entries.update)
            self.stdout.write(f"Mended: {changed} entries changed.")
        else:
            raise CommandError(f"{len(found)} differences. Run search_check --repair to mend them.")


@contextmanager
def bars(name: str, quiet: bool) -> Iterator[tuple["tqdm[Any]", "tqdm[Any]"]]:
    """One for the rooms' things and, where a cluster searches, one for its index; and a sentence in the place of what
    the client raises."""
    silent = quiet or None
    try:
        with (
            tqdm(total=services.total(), unit="thing", desc=name, disable=silent) as things,
            tqdm(
                total=SearchEntry.objects.count(), unit="entry", desc="Index", disable=silent or not engines.is_remote()
            ) as entries,
        ):
            yield things, entries
    except CLUSTER_ERRORS as error:
        raise CommandError(f"Elasticsearch did not answer ({type(error).__name__}).") from error

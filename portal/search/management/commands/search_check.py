"""`manage.py search_check`: say where search differs from what the rooms hold, and mend it if asked."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.search import services
from portal.search.engines.elastic.connection import CLUSTER_ERRORS


class Command(BaseCommand):
    help = (
        "Reports entries that are missing, stale or should not be there; fails if there are any and --repair is absent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Mend what differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        with tqdm(total=services.total(), unit="thing", desc="Search", disable=quiet or None) as bar:
            found = self._drift(bar)
        for sentence in found:
            self.stdout.write(sentence)
        if not found:
            self.stdout.write("Search agrees with what the rooms hold.")
        elif options["repair"]:
            self.stdout.write(f"Mended: {self._mended()} entries changed.")
        else:
            raise CommandError(f"{len(found)} differences. Run search_check --repair to mend them.")

    def _drift(self, bar: "tqdm[Any]") -> list[str]:
        with saying_who_is_away():
            return services.drift(bar.update)

    def _mended(self) -> int:
        with saying_who_is_away():
            return services.reconcile()


@contextmanager
def saying_who_is_away() -> Iterator[None]:
    """A sentence in the place of what the client raises."""
    try:
        yield
    except CLUSTER_ERRORS as error:
        raise CommandError(f"Elasticsearch did not answer ({type(error).__name__}).") from error

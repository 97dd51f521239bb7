"""`manage.py tick`: run what is due, from cron once a minute or, with --every, in a process of its own."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from portal.core import ticks


class Command(BaseCommand):
    help = "Run the jobs that are due. Start it once a minute; a second one at the same time leaves at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="Stay, and run again every so many seconds until told to stop."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError (exit code 1) if a job failed; with --every failures are logged and the loop goes on."""
        if options["every"] is None:
            outcome = ticks.run_due()
            self._say(outcome, options["verbosity"])
            if outcome.failed:
                raise CommandError(f"These jobs failed: {', '.join(outcome.failed)}.")
            return
        self._stay(max(1, options["every"]), options["verbosity"])

    def _stay(self, seconds: int, verbosity: int) -> None:
        stop = threading.Event()

        def leave(number: int, frame: FrameType | None) -> None:
            stop.set()

        former = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            while not stop.is_set():
                close_old_connections()
                try:
                    self._say(ticks.run_due(), verbosity)
                except DatabaseError as error:
                    self.stderr.write(f"The database did not answer ({error}); trying again in {seconds} s.")
                stop.wait(seconds)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _say(self, outcome: ticks.Outcome, verbosity: int) -> None:
        if outcome.busy:
            self.stdout.write("Another tick is running.")
        elif verbosity > 1 or outcome.failed:
            self.stdout.write(
                f"Ran: {', '.join(outcome.ran) or 'nothing'}. Failed: {', '.join(outcome.failed) or 'none'}."
            )

"""`manage.py edit_vocabulary SCHEME FILE`: change the concepts of a scheme by a spreadsheet, as in the admin."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from taxonomy import spreadsheet
from taxonomy.models import Scheme
from taxonomy.rules import VocabularyError
from taxonomy.services import bulk


class Command(BaseCommand):
    help = "Change the concepts of a scheme by a CSV file; with --export write such a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scheme", help="slug of the scheme")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--export", action="store_true", help="write the scheme to FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        scheme = Scheme.objects.filter(slug=options["scheme"]).first()
        if scheme is None:
            raise CommandError(f"There is no scheme {options['scheme']}.")
        try:
            if options["export"]:
                options["file"].write_text(bulk.export(scheme), encoding="utf-8", newline="")
                return
            rows = spreadsheet.read(options["file"].read_bytes())
        except (OSError, spreadsheet.UnreadableError) as error:
            raise CommandError(str(error)) from error
        outcome = bulk.dry_run(scheme, rows)
        self._tell(outcome)
        if outcome.errors:
            raise CommandError("Nothing was written.")
        if not options["dry_run"]:
            try:
                bulk.apply_rows(scheme, rows, outcome.token)
            except VocabularyError as error:
                raise CommandError(error.messages[0]) from error
        verb = "would be written" if options["dry_run"] else "were written"
        self.stdout.write(f"{len(outcome.changes)} terms {verb}, {outcome.unchanged} stay as they are.")

    def _tell(self, outcome: bulk.Outcome) -> None:
        for change in outcome.changes:
            self.stdout.write(f"{change.line}: {change.slug}{' (new)' if change.is_new else ''}")
            for column, before, after in change.cells:
                self.stdout.write(f"    {column}: {before!r} → {after!r}")
        for line, slug, why in outcome.skipped:
            self.stdout.write(f"{line}: {slug} is skipped. {why}")
        for line, sentence in outcome.errors:
            self.stderr.write(f"{line}: {sentence}")

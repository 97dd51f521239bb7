"""`manage.py import_members FILE [--apply]`: invite the people of a mailing list."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from portal.accounts.models import User
from portal.members import importing, lists


class Command(BaseCommand):
    help = (
        "Reads a CSV file of people and says what would become of each line; with --apply invites them. "
        f"The first line names the columns: {', '.join(importing.COLUMNS)}. Only email must be there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the list, as CSV in UTF-8")
        parser.add_argument("--apply", action="store_true", help="invite, instead of only saying what would be done")
        parser.add_argument("--by", default="", help="e-mail address of the member in whose name they are invited")
        parser.add_argument("--note", default="", help="a sentence that stands in the letters")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._member(options["by"])
        try:
            read = importing.read(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except importing.UnreadableError as error:
            raise CommandError(str(error)) from error
        judged = lists.judge(read.rows)
        for sentence in read.notes:
            self.stdout.write(sentence)
        for one in judged:
            says = f" {one.says}" if one.says else ""
            self.stdout.write(f"line {one.row.line}: {one.row.email or '-'}: {one.verdict.label}.{says}")
        for verdict, number in lists.tally(judged):
            self.stdout.write(f"{verdict.label}: {number}")
        if options["apply"]:
            quiet = options["verbosity"] == 0
            with tqdm(total=len(read.rows), unit="person", desc="Inviting", disable=quiet or None) as bar:
                made = lists.invite_rows(read.rows, by, note=options["note"], progress=bar.update)
            self.stdout.write(f"Invited: {made}")
        else:
            self.stdout.write("Nothing was written. Run again with --apply to invite them.")

    @staticmethod
    def _member(email: str) -> User | None:
        if not email:
            return None
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None:
            raise CommandError(f"No member has the address {email}.")
        return found

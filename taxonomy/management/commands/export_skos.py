"""`manage.py export_skos [--scheme SLUG ...] [--format turtle] [--output FILE]`: the vocabulary as a file."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from taxonomy.models import Scheme
from taxonomy.skos.writing import FORMATS, write_vocabulary


class Command(BaseCommand):
    help = "Writes schemes with all their concepts as SKOS or as a table, to a file or to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scheme", action="append", default=[], help="slug of a scheme; all schemes without it")
        parser.add_argument("--format", choices=FORMATS, default="turtle")
        parser.add_argument("--output", type=Path, help="file to write; the standard output without it")

    def handle(self, *args: Any, **options: Any) -> None:
        schemes = list(Scheme.objects.filter(slug__in=options["scheme"]) if options["scheme"] else Scheme.objects.all())
        unknown = set(options["scheme"]) - {scheme.slug for scheme in schemes}
        if unknown:
            raise CommandError(f"There is no scheme {', '.join(sorted(unknown))}.")
        form = FORMATS[options["format"]]
        if options["output"] is None:
            write_vocabulary(schemes, form, sys.stdout.buffer)
            return
        try:
            with options["output"].open("wb") as out:
                write_vocabulary(schemes, form, out)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from error

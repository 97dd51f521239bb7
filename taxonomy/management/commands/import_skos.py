"""`manage.py import_skos FILE... --scheme SLUG [--dry-run]`: bring a scheme to what files of SKOS say."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from tqdm import tqdm

from taxonomy.models import Status
from taxonomy.rules import VocabularyError
from taxonomy.services.importing import Options, import_thesaurus
from taxonomy.skos import names
from taxonomy.skos.gathering import Gathered
from taxonomy.skos.reading import FORMATS, UnreadableError, format_of, size_of, triples
from taxonomy.skos.report import Report


class Command(BaseCommand):
    help = (
        "Reads SKOS from Turtle, RDF/XML, JSON-LD or N-Triples files, which may be gzipped, and brings the concepts of "
        "one scheme to it; what the files are silent about stays. All files are read as one. Says what is added, "
        "changed and left out, and why; with --dry-run only says it. See docs/vocabulary-exchange.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="the files of one thesaurus")
        parser.add_argument("--scheme", required=True, type=_slug, help="slug of the scheme; made if there is none")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only say what would be written")
        parser.add_argument("--format", choices=FORMATS, default="", help="what the files are, if not by their endings")
        parser.add_argument("--status", choices=Status.values, default=Status.DRAFT, help="of new concepts (draft)")
        parser.add_argument("--language", type=_language, default="", help="of texts that name no language")
        parser.add_argument("--base", type=_iri, default="", help="address against which relative ones stand")

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = options["verbosity"] == 0 or None
        gathered = self._read(options["files"], options["format"], options["base"] or names.glossary_uri())
        report = Report(keeps_all=options["verbosity"] > 1)
        chosen = Options(options["status"], options["language"], options["dry_run"])
        try:
            with tqdm(unit="concept", desc="Importing", disable=self.quiet) as bar:
                import_thesaurus(options["scheme"], gathered, report, chosen, bar.update)
        except VocabularyError as error:
            raise CommandError(f"{error.messages[0]} Nothing was written.") from error
        for line in report.lines():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Nothing was written. Run again without --dry-run to write it.")

    def _read(self, files: list[Path], name: str, base: str) -> Gathered:
        """Everything in the files. Raises CommandError with the file and the line of what cannot be read."""
        gathered = Gathered()
        try:
            formats = [format_of(path, name) for path in files]
            total = sum(size_of(path) for path in files)
            with tqdm(total=total, unit="B", unit_scale=True, desc="Reading", disable=self.quiet) as bar:
                for path, kind in zip(files, formats, strict=True):
                    gathered.add(triples(path, kind, base, bar.update))
        except UnreadableError as error:
            raise CommandError(f"{error} Nothing was written.") from error
        if not gathered.nodes:
            raise CommandError("The files hold no SKOS. Nothing was written.")
        return gathered


def _slug(text: str) -> str:
    try:
        validate_slug(text)
    except ValidationError as error:
        raise ArgumentTypeError(f"“{text}” is no slug: use letters, digits and hyphens.") from error
    if len(text) > 60:
        raise ArgumentTypeError("A slug has 60 characters at most.")
    return text


def _language(text: str) -> str:
    tag = names.language_tag(text)
    if tag is None:
        raise ArgumentTypeError(f"“{text}” is no language tag: write for example en or fr-CA.")
    return tag


def _iri(text: str) -> str:
    if text and not names.is_iri(text):
        raise ArgumentTypeError(f"“{text}” is no address.")
    return text

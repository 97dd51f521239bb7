"""`manage.py search_evaluate`: measure the ranking on a judged collection, in a database of its own."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from tqdm import tqdm

from portal.search import engines, evaluation


class Command(BaseCommand):
    help = (
        "Indexes a collection in BEIR's layout (.gz too) in a database of its own, asks its queries as the search page "
        "does, and prints nDCG@10 (linear gain, as trec_eval), MRR@10 and recall@100."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--corpus", type=Path, required=True, help="corpus.jsonl: _id, title, text")
        parser.add_argument("--queries", type=Path, required=True, help="queries.jsonl: _id, text")
        parser.add_argument("--qrels", type=Path, required=True, help="qrels.tsv: query, document, gain")
        parser.add_argument("--engine", choices=sorted(engines.NAMES), default="database")
        parser.add_argument("--run", type=Path, help="Where to write what was found, in TREC's format.")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("corpus", "queries", "qrels"):
            if not options[name].is_file():
                raise CommandError(f"There is no file {options[name]}.")
        try:
            judgements = evaluation.read_judgements(options["qrels"])
            queries = evaluation.read_queries(options["queries"])
            with own_database(), own_engine(options["engine"]):
                run = self._run(options, {key: queries[key] for key in judgements if key in queries})
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["run"]:
            with options["run"].open("w", encoding="utf-8") as out:
                evaluation.write_run(run, out)
        found = evaluation.figures(run, judgements)
        self.stdout.write(f"queries     {found.queries}")
        self.stdout.write(f"nDCG@10     {found.ndcg:.4f}")
        self.stdout.write(f"MRR@10      {found.mrr:.4f}")
        self.stdout.write(f"recall@100  {found.recall:.4f}")

    def _run(self, options: dict[str, Any], queries: dict[str, str]) -> dict[str, list[str]]:
        quiet = options["verbosity"] == 0 or None
        with transaction.atomic():
            documents = evaluation.record(evaluation.read_documents(options["corpus"]))
            names = dict(tqdm(documents, unit="document", desc="Indexing", disable=quiet))
        engines.current().rebuild()
        asked = tqdm(queries.items(), unit="query", desc="Asking", disable=quiet)
        return {key: evaluation.ask(text, names) for key, text in asked}


@contextmanager
def own_engine(name: str) -> Iterator[None]:
    """Search with the engine `name`; in a cluster under names of its own, so that the portal's index stays as it is.

    Raises CommandError where no cluster is known.
    """
    if name != "elasticsearch":
        with engines.using(engines.named(name)):
            yield
        return
    if not engines.is_remote():
        raise CommandError("Say in ELASTICSEARCH_URL where Elasticsearch is; `make elasticsearch` starts one.")
    from portal.search.engines.elastic import index

    with engines.using(engines.named(name)), index.apart():
        yield


@contextmanager
def own_database() -> Iterator[None]:
    """An empty database of the kind that the settings name, in which everything is written until it is dropped.

    Of SQLite a temporary file, of PostgreSQL a database beside the portal's, which its user must be allowed to create.
    """
    portal = str(connection.settings_dict["NAME"])
    with TemporaryDirectory(prefix="search-evaluate-") as folder:
        name = f"search_evaluate_{uuid4().hex[:12]}"
        own = str(Path(folder) / f"{name}.sqlite3") if connection.vendor == "sqlite" else name
        connection.settings_dict["TEST"]["NAME"] = own
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(portal, verbosity=0)

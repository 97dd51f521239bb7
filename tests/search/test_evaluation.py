"""The figures by which ranking is judged, computed by hand, and the command that prints them."""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from math import log2
from pathlib import Path

import pytest
from django.conf import settings

from portal.search import engines, evaluation
from portal.search.contract import SearchEngine
from portal.search.evaluation import Document, Figures
from portal.search.recording import MOST_BODY
from portal.search.words import is_question, parse
from tests import elasticsearch

GAINS = {"a": 3.0, "b": 2.0, "c": 0.0, "d": 1.0}


def test_the_best_order_has_an_ndcg_of_one_and_nothing_found_of_none() -> None:
    assert evaluation.ndcg(["a", "b", "d"], GAINS) == pytest.approx(1)
    assert evaluation.ndcg([], GAINS) == 0
    assert evaluation.ndcg(["c", "unjudged"], GAINS) == 0
    assert evaluation.ndcg(["a"], {}) == 0


def test_ndcg_takes_the_gain_itself_and_counts_later_ones_less() -> None:
    best = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert evaluation.ndcg(["c", "b", "a"], GAINS) == pytest.approx((2 / log2(3) + 3 / log2(4)) / best)
    assert evaluation.ndcg(["x"] * 10 + ["a"], GAINS) == 0


def test_the_first_relevant_one_makes_the_reciprocal_rank() -> None:
    assert evaluation.reciprocal_rank(["c", "x", "d", "a"], GAINS) == pytest.approx(1 / 3)
    assert evaluation.reciprocal_rank(["x"] * 10 + ["a"], GAINS) == 0


def test_recall_is_the_part_of_the_relevant_ones_among_the_first_hundred() -> None:
    assert evaluation.recall(["a", "c", "d"], GAINS) == pytest.approx(2 / 3)
    assert evaluation.recall(["x"] * 100 + ["a"], GAINS) == 0


def test_means_are_over_queries_with_something_relevant_and_an_unanswered_one_counts() -> None:
    judged = {"1": {"a": 1.0}, "2": {"b": 2.0}, "3": {"c": 0.0}}
    assert evaluation.figures({"1": ["a"]}, judged) == Figures(queries=2, ndcg=0.5, mrr=0.5, recall=0.5)
    assert evaluation.figures({}, {}) == Figures(0, 0, 0, 0)


@pytest.mark.parametrize("header", ["", "query-id\tcorpus-id\tscore\n"])
def test_judgements_are_read_with_a_header_and_without(tmp_path: Path, header: str) -> None:
    file = tmp_path / "qrels.tsv"
    file.write_text(f"{header}q-1\tMED-10\t2\nq-1\tMED-11\t0\n\n2\tMED-10\t1\n")
    assert evaluation.read_judgements(file) == {"q-1": {"MED-10": 2, "MED-11": 0}, "2": {"MED-10": 1}}


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    judgements, queries = tmp_path / "qrels.tsv", tmp_path / "queries.jsonl"
    judgements.write_text("1\ta\t1\n1\tb\n")
    with pytest.raises(ValueError, match="line 2"):
        evaluation.read_judgements(judgements)
    queries.write_text('{"_id": "1", "text": "payroll"}\n{"text": "no id"}\n')
    with pytest.raises(ValueError, match="line 2"):
        evaluation.read_queries(queries)
    queries.write_text("payroll\n")
    with pytest.raises(ValueError, match="not JSON"):
        evaluation.read_queries(queries)


def test_documents_without_a_title_or_of_any_length_are_found(engine: SearchEngine) -> None:
    documents = [
        Document("MED-1", "", "Payroll errors in a county."),
        Document("MED-2", "Procurement " * 60 + "zeppelin", ""),
        Document("MED-3", "Huge", "word " * (MOST_BODY // 5) + "lost"),
        Document("MED-4", "", ""),
    ]
    with engines.using(engine):
        names = dict(evaluation.record(documents))
        assert names == {1: "MED-1", 2: "MED-2", 3: "MED-3", 4: "MED-4"}
        assert evaluation.ask("payroll", names) == ["MED-1"]
        assert evaluation.ask("zeppelin", names) == ["MED-2"]
        assert evaluation.ask("huge word", names) == ["MED-3"]
        assert set(evaluation.ask("county procurement of words for everybody", names)) == {"MED-1", "MED-2", "MED-3"}


def test_more_words_than_a_look_up_has_are_a_question_unless_some_are_quoted() -> None:
    assert not is_question(parse("county payroll cost"))
    assert not is_question(parse("what is the cost of payroll in a county"))
    assert is_question(parse("county payroll cost savings"))
    assert not is_question(parse('county payroll cost savings "service centre"'))


# Elasticsearch counts each field by itself: among two titles a word is not as rare as among three texts.
@pytest.mark.parametrize(
    ("engine", "order", "ndcg"),
    [("database", ("MED-1", "MED-2"), "0.5000"), ("elasticsearch", ("MED-2", "MED-1"), "0.4299")],
)
def test_the_command_measures_a_collection_in_a_database_of_its_own(
    engine: str, order: tuple[str, str], ndcg: str, tmp_path: Path
) -> None:
    cluster = {"ELASTICSEARCH_URL": elasticsearch.url()} if engine == "elasticsearch" else {}
    rows = [
        {"_id": "MED-1", "title": "Payroll errors", "text": "How a county found wrong payslips."},
        {"_id": "MED-2", "title": "", "text": "Payroll in passing, in a long text about procurement and its rules."},
        {"_id": "MED-3", "title": "Procurement", "text": "Buying together."},
    ]
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt") as corpus:
        corpus.writelines(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "payroll"}\n{"_id": "q2", "text": "zeppelin"}\n{"_id": "unjudged", "text": "buying"}\n'
    )
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tMED-1\t2\nq1\tMED-2\t1\nq2\tMED-3\t1\n")
    portal = tmp_path / "portal.sqlite3"
    files = {name: tmp_path / name for name in ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv", "run.tsv")}
    told = subprocess.run(
        [
            *(sys.executable, "manage.py", "search_evaluate", "--verbosity=0", f"--engine={engine}"),
            *(f"--{name.split('.')[0]}={file}" for name, file in files.items()),
        ],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            **cluster,
            "DATABASE_URL": f"sqlite:///{portal}",
            "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [
        *("queries", "2", "nDCG@10", ndcg, "MRR@10", "0.5000", "recall@100", "0.5000"),
    ]
    assert (tmp_path / "run.tsv").read_text() == (
        f"q1\tQ0\t{order[0]}\t1\t1.000000\tportal\nq1\tQ0\t{order[1]}\t2\t0.500000\tportal\n"
    )
    with closing(sqlite3.connect(portal)) as untouched:
        assert untouched.execute("SELECT name FROM sqlite_master").fetchall() == []

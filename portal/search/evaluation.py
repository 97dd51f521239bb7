"""How well search ranks, measured on a collection of documents, queries and judgements in BEIR's layout.

The figures are those of trec_eval: nDCG with the judged gain itself (not 2^gain - 1) over log2(rank + 1), against the
best order of everything judged; MRR and recall take a gain of 1 or more as relevant. Each is the mean over the queries
that have something relevant; a query that finds nothing counts as 0 (`trec_eval -c`).
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2
from pathlib import Path
from typing import TextIO

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.viewer import VISITOR
from portal.search import engines, recording, services
from portal.search.contract import SearchQuery, SearchRecord

KIND = "judged"
DEEP, SHALLOW = 100, 10
Gains = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a collection; `key` is its id there."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The means over `queries` queries, each from 0 to 1."""

    queries: int
    ndcg: float
    mrr: float
    recall: float


def ndcg(ranked: Sequence[str], gains: Gains, depth: int = SHALLOW) -> float:
    """How much of the best possible gain the first `depth` hold, later ones counting less; 0 if nothing is relevant."""
    best = _discounted(sorted(gains.values(), reverse=True)[:depth])
    return _discounted([gains.get(key, 0) for key in ranked[:depth]]) / best if best else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(max(gain, 0) / log2(place + 2) for place, gain in enumerate(gains))


def reciprocal_rank(ranked: Sequence[str], gains: Gains, depth: int = SHALLOW) -> float:
    """1 over the rank of the first relevant one among the first `depth`, 0 if there is none."""
    return next((1 / place for place, key in enumerate(ranked[:depth], 1) if gains.get(key, 0) >= 1), 0.0)


def recall(ranked: Sequence[str], gains: Gains, depth: int = DEEP) -> float:
    """Which part of all relevant ones is among the first `depth`; 0 if nothing is relevant."""
    relevant = {key for key, gain in gains.items() if gain >= 1}
    return len(relevant.intersection(ranked[:depth])) / len(relevant) if relevant else 0.0


def figures(run: Mapping[str, Sequence[str]], judgements: Mapping[str, Gains]) -> Figures:
    """The means for `run` (query → documents, best first) over the queries that have something relevant."""
    asked = {query: gains for query, gains in judgements.items() if any(gain >= 1 for gain in gains.values())}
    number = len(asked)

    def mean(values: Iterable[float]) -> float:
        return sum(values) / number if number else 0.0

    return Figures(
        number,
        ndcg=mean(ndcg(run.get(query, ()), gains) for query, gains in asked.items()),
        mrr=mean(reciprocal_rank(run.get(query, ()), gains) for query, gains in asked.items()),
        recall=mean(recall(run.get(query, ()), gains) for query, gains in asked.items()),
    )


def read_documents(path: Path) -> Iterator[Document]:
    """The documents of `corpus.jsonl`. Raises ValueError for a line that is none."""
    for row in _rows(path):
        yield Document(str(row["_id"]), str(row.get("title") or ""), str(row.get("text") or ""))


def read_queries(path: Path) -> dict[str, str]:
    """Query id → words, of `queries.jsonl`. Raises ValueError for a line that is none."""
    return {str(row["_id"]): str(row.get("text") or "") for row in _rows(path)}


def read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Query id → document id → gain, of `qrels.tsv`; a first line whose gain is no number is its header.

    Raises ValueError for any other line without three columns, the last a number.
    """
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            cells = line.rstrip("\r\n").split("\t")
            if cells == [""]:
                continue
            try:
                query, document, gain = cells
                found[query][document] = float(gain)
            except ValueError as error:
                found.pop(cells[0], None) if number == 1 else None
                if number > 1:
                    raise ValueError(f"{path.name}, line {number}: not three columns, the last a number.") from error
    return dict(found)


def record(documents: Iterable[Document]) -> Iterator[tuple[int, str]]:
    """Make the documents searchable for everybody, title as title and text as body: (number, id) of each.

    What does not fit in the title stands before the text. Writes rows of the kind "judged": for a database in which
    nothing else is.
    """
    numbered = enumerate(documents, 1)
    while some := list(islice(numbered, recording.AT_ONCE)):
        change = recording.compared(KIND, [_record(number, document) for number, document in some])
        recording.execute(change)
        engines.current().upsert(item.entry.key for item in change.written)
        yield from ((number, document.key) for number, document in some)


def _record(number: int, document: Document) -> SearchRecord:
    return SearchRecord(
        kind=KIND,
        pk=number,
        title=document.title,
        body=f"{document.title[recording.MOST_TITLE :]} {document.text}",
        url=f"/{number}/",
        audience_id=PUBLIC_AUDIENCE_ID,
    )


def ask(text: str, names: Mapping[int, str]) -> list[str]:
    """The ids of the first 100 documents that a visitor finds with `text`, best first."""
    page = services.search(SearchQuery(text=text, size=DEEP), VISITOR)
    return [names[hit.pk] for hit in page.hits if hit.kind == KIND]


def write_run(run: Mapping[str, Sequence[str]], out: TextIO) -> None:
    """Write `run` as TREC does, with tabs: query, Q0, document, rank, score (1 / rank), name of the run."""
    for query, ranked in run.items():
        for rank, key in enumerate(ranked, 1):
            out.write(f"{query}\tQ0\t{key}\t{rank}\t{1 / rank:.6f}\tportal\n")


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: not JSON.") from error
            if not isinstance(row, dict) or "_id" not in row:
                raise ValueError(f'{path.name}, line {number}: no "_id".')
            yield row


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8-sig")

"""The engine for a cluster. A page is one request, or two, and with days three; to spell a word that nothing has takes
two more. What is written arrives by a task (see `delivery`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Bool

from portal.core.viewer import Viewer
from portal.search import words as parsing
from portal.search.contract import Found, FoundEntry, Progress, SearchQuery, unheard
from portal.search.engines.asked import Asked
from portal.search.engines.elastic import asking, backlog, index, rebuilding, spelling
from portal.search.engines.elastic.asking import Answer, EntrySearch
from portal.search.engines.elastic.connection import BehindError, client
from portal.search.engines.marks import CLOSE, OPEN, shown
from portal.search.engines.spelling import spellable
from taxonomy.querysets import Synonyms


class ElasticsearchEngine:
    """Searches an index that follows the entries.

    What waits to be delivered is left out of every answer, because the index may still hold of it what is private now.
    Raises BehindError where too much waits for that, and one of CLUSTER_ERRORS where the cluster does not answer.
    """

    def search(self, query: SearchQuery, viewer: Viewer, synonyms: Sequence[Synonyms] = ()) -> Found:
        """The page asked for, or the last one; total and facet counts are exact for what `viewer` may see."""
        parsed = parsing.parse(query.text)
        asked = Asked.of(parsed, synonyms, any_word=query.any_word, all_words=query.all_words)
        held_back = _held_back()
        search = EntrySearch(query, viewer, asked, held_back)
        found = _answered(search)
        # The relaxed form is asked only where it is needed: it finds most of the entries, so it costs most of all.
        if found is None and (relaxed := asked.relaxed()) is not None and not _is_on_another_day(search):
            found = _answered(EntrySearch(query, viewer, relaxed, held_back))
        return found or Found(total=0, page=1, entries=())

    def upsert(self, keys: Iterable[str]) -> None:
        """Let what waits be delivered, after the caller's transaction and because of it."""
        self._call(keys)

    def delete(self, keys: Iterable[str]) -> None:
        """The same for removals."""
        self._call(keys)

    def _call(self, keys: Iterable[str]) -> None:
        from portal.search.tasks import deliver

        if next(iter(keys), None) is not None:
            backlog.call(deliver)

    def rebuild(self, progress: Progress = unheard) -> int:
        """Fill a new index from the entries, beside the one that is searched. Returns how many it holds."""
        return rebuilding.rebuild(progress)

    def reconcile(self, progress: Progress = unheard) -> int:
        """Mend what differs between the index and the entries. Returns how many did."""
        return rebuilding.reconcile(progress)

    def verify(self, progress: Progress = unheard) -> list[str]:
        """What differs between the index and the entries, in sentences; empty when they agree and nothing waits."""
        return rebuilding.verify(progress)

    def suggest(self, text: str, viewer: Viewer, limit: int = 8) -> list[str]:
        """Keys of entries whose title holds every word of `text`, the last one as the beginning of a word."""
        terms = parsing.parse(text).terms
        if not terms:
            return []
        unfinished = None if terms[-1].quoted else terms[-1]
        whole = [term.text for term in (terms[:-1] if unfinished else terms)]
        search = (
            Search(using=client(), index=index.alias())
            .query(Bool(filter=[asking.typed(whole, unfinished), *asking.visible(viewer, _held_back())]))
            .sort("title_length", "sort_title", "row")
            .source(False)
            .extra(size=limit, track_total_hits=False)
            .params(allow_partial_search_results=False)
        )
        return [hit["_id"] for hit in search.execute().to_dict()["hits"]["hits"]]

    def spelling(self, words: Iterable[str], viewer: Viewer) -> Mapping[str, str]:
        """For each word that no entry visible to `viewer` has: the nearest word that one has, if any is near."""
        return spelling.corrections(words, viewer, client(), _held_back())


def _held_back() -> list[str]:
    keys = backlog.held_back()
    if keys is None:
        raise BehindError
    return keys


def _answered(search: EntrySearch) -> Found | None:
    """The page that is asked for; None where nothing has the words."""
    answer, counts, missing = _asked(search)
    return replace(_found(search, answer, counts), missing=missing) if _scope(answer, counts) else None


def _is_on_another_day(search: EntrySearch) -> bool:
    """Whether only the days asked for keep the words from being found: then they are the wrong ones, not the words."""
    query = search.asked_query
    if not query.has_days:
        return False
    bare = replace(query.on_any_day, filters={}, facets=(), page=1, size=1)
    (answer,) = asking.ask(client(), EntrySearch(bare, search.viewer, search.asked, search.held_back).hits(0))
    return bool(_total(answer))


def _asked(search: EntrySearch) -> tuple[Answer, Answer, tuple[str, ...]]:
    """The hits, the counts of facets, and the words of a question that nothing has: one request."""
    query = search.asked_query
    words = spellable(search.asked.may_be_misspelt) if query.wants_spelling else []
    looked_up = [asking.any_with(word, search.viewer, search.held_back) for word in words]
    answers = asking.ask(client(), search.hits((query.page - 1) * query.size), *looked_up, search.counts())
    known, counted = answers[1 : len(words) + 1], answers[len(words) + 1 :]
    missing = tuple(word for word, answer in zip(words, known, strict=True) if not _total(answer))
    return answers[0], counted[0]["aggregations"] if counted else {}, missing


def _found(search: EntrySearch, answer: Answer, counts: Answer) -> Found:
    query, total = search.asked_query, _total(answer)
    page = min(query.page, _last_page(total, query.size))
    if page < query.page and total:
        (answer,) = asking.ask(client(), search.hits((page - 1) * query.size))
    return Found(
        total=total,
        page=page,
        entries=tuple(_entry(hit) for hit in answer["hits"]["hits"]),
        counts=search.counted(counts) if counts else {},
        relaxed=search.asked.fell_back,
    )


def _total(answer: Answer) -> int:
    return int(answer["hits"]["total"]["value"])


def _scope(answer: Answer, counts: Answer) -> int:
    """How many have the words, whatever is chosen in the facets."""
    counted = counts.get(asking.SCOPE)
    return int(counted["doc_count"]) if counted else _total(answer)


def _last_page(total: int, size: int) -> int:
    return max(1, -(-min(total, index.WINDOW) // size))


def _entry(hit: Answer) -> FoundEntry:
    marked = hit.get("highlight")
    if not marked:
        return FoundEntry(hit["_id"])
    ends = hit["_source"]["ends"]
    summary, body = (_extract(_fragment(marked, name), *ends[name]) for name in ("summary", "body"))
    return shown(hit["_id"], title=_fragment(marked, "title"), summary=summary, extract=summary or body)


def _fragment(marked: Answer, name: str) -> str:
    """The best extract of the field with the marks that all engines use; "" where there is none."""
    opening, closing = asking.TAGS
    return str(marked.get(name, [""])[0]).replace(opening, OPEN).replace(closing, CLOSE)


def _extract(fragment: str, beginning: str, end: str) -> str:
    """The fragment with "…" where it was cut off; "" where there is none."""
    fragment = fragment.strip()
    if not fragment:
        return ""
    plain = fragment.replace(OPEN, "").replace(CLOSE, "")
    before = "" if plain.startswith(beginning[: len(plain)]) else "…"
    after = "" if plain.endswith(end[-len(plain) :]) else "…"
    return f"{before}{fragment}{after}"

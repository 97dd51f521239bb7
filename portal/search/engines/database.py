"""The engine that needs nothing installed: the content database searches itself, in the transaction of the change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import connection

from portal.core.viewer import Viewer
from portal.search import words as parsing
from portal.search.contract import Found, FoundEntry, Progress, SearchQuery, unheard
from portal.search.engines import dialects
from portal.search.engines.asked import Asked
from portal.search.engines.spelling import corrections, missing
from taxonomy.querysets import Synonyms


class DatabaseEngine:
    """Searches the entries in the database's own dialect, which triggers keep equal to the entries."""

    def search(self, query: SearchQuery, viewer: Viewer, synonyms: Sequence[Synonyms] = ()) -> Found:
        """The page asked for, or the last one; total and facet counts are exact for what `viewer` may see."""
        dialect = dialects.current()
        parsed = parsing.parse(query.text)
        asked = Asked.of(parsed, synonyms, any_word=query.any_word, all_words=query.all_words)
        found = dialect.found(query, viewer, asked)
        if found is None and (relaxed := asked.relaxed()) is not None and not _is_on_another_day(query, viewer, asked):
            asked, found = relaxed, dialect.found(query, viewer, relaxed)
        if found is None:
            return Found(total=0, page=1, entries=())
        shown = dialect.shown(asked, dict(found.rows))
        return Found(
            total=found.total,
            page=found.page,
            entries=tuple(shown.get(pk) or FoundEntry(key) for pk, key in found.rows),
            counts=found.counts,
            relaxed=asked.fell_back,
            missing=tuple(missing(asked.may_be_misspelt, viewer, dialect)) if query.wants_spelling else (),
        )

    def upsert(self, keys: Iterable[str]) -> None:
        """The triggers did it in the statement that wrote the entries; the dialect may have to tidy up after many."""
        dialects.current().written()

    def delete(self, keys: Iterable[str]) -> None:
        """The triggers did it in the statement that deleted the entries; the dialect may have to tidy up after many."""
        dialects.current().written()

    def rebuild(self, progress: Progress = unheard) -> int:
        """Make what is searched anew from the entries. Returns how many entries it holds."""
        return dialects.current().rebuild(connection)

    def reconcile(self, progress: Progress = unheard) -> int:
        """Make the full-text tables anew if they differ from the entries. Returns how many they hold then, else 0."""
        return self.rebuild() if self.verify() else 0

    def verify(self, progress: Progress = unheard) -> list[str]:
        """What is wrong with what is searched, in sentences; empty when it agrees with the entries."""
        return dialects.current().damage(connection)

    def suggest(self, text: str, viewer: Viewer, limit: int = 8) -> list[str]:
        """Keys of entries whose title holds every word of `text`, the last one as the beginning of a word."""
        words = parsing.parse(text)
        return dialects.current().suggested(words, viewer, limit) if words.terms else []

    def spelling(self, words: Iterable[str], viewer: Viewer) -> Mapping[str, str]:
        """For each word that no entry visible to `viewer` has: the nearest word that one has, if any is near."""
        return corrections(words, viewer, dialects.current())


def _is_on_another_day(query: SearchQuery, viewer: Viewer, asked: Asked) -> bool:
    """Whether only the days asked for keep the words from being found: then they are the wrong ones, not the words."""
    bare = replace(query.on_any_day, filters={}, facets=(), page=1, size=1)
    return query.has_days and dialects.current().found(bare, viewer, asked) is not None

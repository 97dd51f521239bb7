"""The engine that a portal with a cluster searches with: the cluster, and the database while it is away."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from portal.core.viewer import Viewer
from portal.search.contract import Found, Progress, SearchEngine, SearchQuery, unheard
from portal.search.engines.elastic.connection import CLUSTER_ERRORS, BehindError, Breaker, is_refusal
from taxonomy.querysets import Synonyms

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


@dataclass(slots=True)
class FallbackEngine:
    """Asks `first`, and `second` in its place while that does not answer or knows too little of the latest changes.

    After a failure nobody waits for `first` for a while, so that a slow node does not hang every page. Writes go to
    both: to `first` as a task, so none of them waits for it.
    """

    first: SearchEngine
    second: SearchEngine
    breaker: Breaker = field(default_factory=Breaker)

    def search(self, query: SearchQuery, viewer: Viewer, synonyms: Sequence[Synonyms] = ()) -> Found:
        return self._ask(
            lambda: self.first.search(query, viewer, synonyms),
            lambda: replace(self.second.search(query, viewer, synonyms), degraded=True),
        )

    def suggest(self, text: str, viewer: Viewer, limit: int = 8) -> list[str]:
        return self._ask(
            lambda: self.first.suggest(text, viewer, limit), lambda: self.second.suggest(text, viewer, limit)
        )

    def spelling(self, words: Iterable[str], viewer: Viewer) -> Mapping[str, str]:
        asked = list(words)
        return self._ask(lambda: self.first.spelling(asked, viewer), lambda: self.second.spelling(asked, viewer))

    def upsert(self, keys: Iterable[str]) -> None:
        written = list(keys)
        self.second.upsert(written)
        self.first.upsert(written)

    def delete(self, keys: Iterable[str]) -> None:
        gone = list(keys)
        self.second.delete(gone)
        self.first.delete(gone)

    def rebuild(self, progress: Progress = unheard) -> int:
        self.second.reconcile()
        return self.first.rebuild(progress)

    def reconcile(self, progress: Progress = unheard) -> int:
        return self.second.reconcile() + self.first.reconcile(progress)

    def verify(self, progress: Progress = unheard) -> list[str]:
        return [*self.second.verify(), *self.first.verify(progress)]

    def _ask(self, first: Callable[[], Answer], second: Callable[[], Answer]) -> Answer:
        if not self.breaker.lets_through():
            return second()
        try:
            answer = first()
        except BehindError:
            # It may be well; what it lacks is on its way.
            self.breaker.succeeded()
            return second()
        except CLUSTER_ERRORS as error:
            # What one reader asked may be refused; that is an answer, and says nothing of what others ask.
            if is_refusal(error):
                self.breaker.succeeded()
            else:
                self.breaker.failed()
            # The kind only: an address may hold a password.
            log.warning("Elasticsearch did not answer (%s); the database did.", type(error).__name__)
            return second()
        self.breaker.succeeded()
        return answer

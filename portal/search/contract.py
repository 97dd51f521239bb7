"""What rooms give to search, what they ask of it, and what every engine answers. Engines differ in nothing else.

What a word is: a run of letters and digits, without case and diacritics (what SQLite's unicode61 makes of a text), so
`Grants.gov` is the phrase "grants gov". Words are compared by their English stem, "phrases" are not. All words must
occur, except `STOP_WORDS` (see `words`); where nothing has them all, whatever has any of them is found and
`SearchPage.relaxed` says so. A question of many words (`words.is_question`) asks for any of them from the start. What
is not promised: the order of hits, which follows each engine's own statistics.

Where engines differ: PostgreSQL stems by Porter's second algorithm, the others by his first (`skies` meets `sky` by the
second only). SQLite keeps ligatures and fractions as they are written; PostgreSQL takes them apart (`ﬁne` is fine, ½ is
1 and 2). PostgreSQL finds phrases in the first 16,383 words of an entry, and words in the first half megabyte or more;
it marks words, and so says why, in the first 50,000 characters of a text.
Where any word will do, SQLite looks up the rare ones only if there are very many entries.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.utils.functional import Promise

from portal.core.viewer import Viewer
from taxonomy.querysets import Synonyms

# No facet of the portal has more values; what has is a mistake, and a page of them helps nobody.
MOST_FACET_VALUES = 500
_ONE_PHRASE = re.compile(r'\s*["“„«]([^"“”„«»]+)["”“»]\s*')
Progress = Callable[[int], object]  # is told how many more are done
SORTS = ("relevance", "newest", "useful", "title")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a thing with an address of its own: a post of a topic, an attached document.

    Its words are the thing's words; a hit shows the passage in which its snippet stands. `label` says what it is.
    """

    text: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One searchable thing. `None` in its place means: take it out of the index.

    `concept_ids` are the thing's own concepts; search adds their ancestors. `facets` are further (facet, value) pairs,
    such as ("evidence", "audited"). `label` stands before the title of a hit ("Illustrative"), and `source` says where
    it comes from: the organisation of a case, the board of a question, what a term was taken from. `usefulness`, 0 to
    1000, is what "most useful" sorts by; the room says from what it comes. Past `review_by` it is shown as stale.
    `document_ids` are the documents attached to it: search adds the text of those that its readers may open.
    """

    kind: str
    pk: int
    title: str
    url: str
    audience_id: int
    summary: str = ""
    body: str = ""
    language: str = "en"
    label: str = ""
    source: str = ""
    concept_ids: tuple[int, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    passages: tuple[Passage, ...] = ()
    usefulness: int = 0
    review_by: date | None = None
    document_ids: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of searchable thing, registered by its room in `searchable.py`.

    `queryset` gives everything that may be searchable, with what `to_record` reads prefetched, so that indexing many
    costs a fixed number of queries. `to_record` answers None for what nobody outside may find (drafts, hidden).
    """

    name: str
    label: str | Promise
    plural: str | Promise
    model: type[Model]
    queryset: Callable[[], Any]
    to_record: Callable[[Any], SearchRecord | None]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is asked: words, kinds (empty is all), chosen facet values (within a facet OR, between facets AND)."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: date | None = None  # first and last day, in UTC, of the date that a hit shows
    until: date | None = None
    sort: str = "relevance"  # one of SORTS
    page: int = 1  # a page past the last one is the last one
    size: int = 20
    facets: tuple[str, ...] = ()  # which facets to count
    exact: bool = False  # no synonyms
    any_word: bool = False  # one word in common is enough, however few were asked for
    all_words: bool = False  # all must occur, however many were asked for
    without_spelling: bool = False  # nobody is told which words may be misspelt
    facet_limit: int = 15  # the most values of a facet to answer, chosen ones besides
    more: str = ""  # the facet whose every value is to be answered

    @property
    def to_quote(self) -> str:
        """The words as they stand between quotation marks: one quoted phrase without its own."""
        phrase = _ONE_PHRASE.fullmatch(self.text)
        return phrase[1] if phrase else self.text

    @property
    def has_days(self) -> bool:
        """Whether it asks for days at all."""
        return bool(self.since or self.until)

    @property
    def on_any_day(self) -> "SearchQuery":
        """The same whatever the day."""
        return replace(self, since=None, until=None)

    @property
    def wants_spelling(self) -> bool:
        """Whether words are looked at for being misspelt. Who is still typing has not misspelt anything yet."""
        return not (self.any_word or self.without_spelling)

    def limit_of(self, facet: str) -> int:
        """The most values of `facet` to answer, chosen ones besides."""
        return MOST_FACET_VALUES if facet == self.more else self.facet_limit

    def answered(self, facet: str, counted: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
        """Of every (value, count) of `facet` those to answer, most first: one more than the limit, so that truncation
        shows, and the chosen."""
        most, chosen = self.limit_of(facet) + 1, self.filters.get(facet, frozenset())
        ordered = sorted(counted, key=lambda pair: (-pair[1], pair[0]))
        return tuple(pair for place, pair in enumerate(ordered) if place < most or pair[0] in chosen)


@dataclass(frozen=True, slots=True)
class HitPart:
    """The passage of a hit in which its snippet stands."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `snippet` and `title_html` are safe HTML in which the matching words stand in <mark>.

    `reasons` say where the words are, and by which synonym it was found. `stale`: it is past its review date.
    """

    kind: str
    pk: int
    title: str
    url: str
    snippet: str
    label: str = ""
    source: str = ""
    evidence: str = ""
    chips: tuple[tuple[str, str], ...] = ()  # (text, address) of its concepts
    published_at: datetime | None = None
    kind_label: str = ""
    language: str = "en"
    title_html: str = ""
    part: HitPart | None = None
    reasons: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice in a facet. `toggle_url` is the address with this value added or taken away, from page one."""

    value: str
    label: str
    count: int
    selected: bool
    toggle_url: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet counted under the other facets' selections. `truncated`: there are more values than shown, which happens
    even to a whole list where it has more than MOST_FACET_VALUES.

    `more_url` shows them all, `fewer_url` the first ones again; "" where there is nothing to change.
    """

    name: str
    label: str
    values: tuple[FacetValue, ...]
    truncated: bool = False
    more_url: str = ""
    fewer_url: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results with exact totals and the facets.

    `query.page` is the page that was answered. `notices` are sentences for the reader (what was cut or relaxed), and
    `suggestion` the query as it may have been meant, only where not everything asked for was found. `degraded`: the
    cluster is away or behind and the database answered, which is for editors to know.
    """

    query: SearchQuery
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...] = ()
    expanded: tuple[str, ...] = ()  # the synonyms that were searched too
    relaxed: bool = False  # nothing has all the words; these have some of them
    notices: tuple[str, ...] = ()
    suggestion: str = ""
    degraded: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.query.size))

    @property
    def paged(self) -> "Page[Hit]":
        """The hits as a page of Django's own kind, for `{% pagination %}`."""
        paginator: Paginator[Hit] = Paginator(range(self.total), self.query.size)  # type: ignore[arg-type]
        return Page(list(self.hits), self.query.page, paginator)


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """What an engine says of one hit: the key of its row, and where the words are.

    `snippet` is safe HTML ("" where no word was asked), `title` as well ("" where it has none of the words); `fields`
    are those of "title", "summary" and "body" that have some.
    """

    key: str
    snippet: str = ""
    title: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine answers: the page's entries in order, the exact total, and (value, count) pairs by facet.

    Counts come sorted, most first; at most `limit_of(facet) + 1` of a facet and besides these every chosen one that
    occurs. `missing` are, where any of many words was enough, those of which nothing that the viewer may see has any
    form.
    """

    total: int
    page: int
    entries: tuple[FoundEntry, ...]
    counts: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    relaxed: bool = False
    degraded: bool = False  # another engine answered in the place of the one that should
    missing: tuple[str, ...] = ()


def unheard(done: int) -> None:
    """Where nobody watches the progress."""


class SearchEngine(Protocol):
    """What an engine can do. Audience is part of the query itself, never a filter afterwards."""

    def search(self, query: SearchQuery, viewer: Viewer, synonyms: Sequence[Synonyms] = ()) -> Found: ...

    def upsert(self, keys: Iterable[str]) -> None: ...

    def delete(self, keys: Iterable[str]) -> None: ...

    def rebuild(self, progress: Progress = ...) -> int: ...

    def reconcile(self, progress: Progress = ...) -> int: ...

    def verify(self, progress: Progress = ...) -> list[str]: ...

    def suggest(self, text: str, viewer: Viewer, limit: int = 8) -> list[str]: ...

    def spelling(self, words: Iterable[str], viewer: Viewer) -> Mapping[str, str]: ...

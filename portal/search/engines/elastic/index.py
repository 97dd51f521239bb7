"""What an index holds, and the names under which indices stand.

Searches read one alias. Every index made for it has a name of its own, so that another can be filled beside it and
take its place at once. While it is filled it stands under a second alias, and whatever is written goes to both; once it
is full it stands under a third one, and whatever is written is made visible in both too.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from elasticsearch import AuthorizationException, BadRequestError, Elasticsearch, TransportError
from elasticsearch.dsl import Document, Index, Integer, Keyword, Long, MetaField, Object, Text

from portal.search.engines.elastic.analysis import analyzers
from portal.search.engines.elastic.connection import writing_client

log = logging.getLogger(__name__)

# Hits that paging reaches: 5,000 pages of 20. A page past it is answered by the last one within.
WINDOW = 100_000
# How long a deletion is remembered, so that a late message about the same entry does not bring it back.
GRAVES = "1h"
ENDS = 40  # characters of a text's beginning and end, which tell whether an extract is cut there

_english, _exact = analyzers()


def _text() -> Text:
    """Text by its stems, and below `exact` by its words as they are."""
    return Text(
        analyzer=_english,
        index_options="offsets",
        fields={"exact": Text(analyzer=_exact, index_options="positions")},
    )


class EntryDocument(Document):
    """A searchable thing in an index; its id is the entry's key.

    What is only sorted by or only compared is not indexed. The key is there besides as a value that can be read without
    the source, in which the texts are.
    """

    key = Keyword(index=False)
    row = Long(index=False)
    kind = Keyword()
    audience = Keyword()
    title = _text()
    summary = _text()
    body = _text()
    values = Keyword(eager_global_ordinals=True)  # each with its facet, see `IS`
    sort_title = Keyword(index=False)
    title_length = Integer(index=False)
    dated = Long()  # microseconds since 1970
    usefulness = Integer(index=False)
    version = Long(index=False)
    content_hash = Keyword(index=False)
    ends = Object(enabled=False)

    class Meta:
        dynamic = MetaField(False)


# Between a facet and its value in the one word that says that an entry has it: all facets are counted in one go.
IS = "="


_prefix: ContextVar[str] = ContextVar("_prefix", default="")


def alias() -> str:
    """What searches read."""
    return f"{_prefix.get() or settings.ELASTICSEARCH_PREFIX}-entries"


@contextmanager
def apart() -> Iterator[None]:
    """Read and write under names of one's own, which are deleted in the end: for trying other content on the cluster.

    Only in this thread, and only with rows that are not the portal's. The names begin as the portal's own do, for keys
    that open no others, and are matched by none of its patterns.
    """
    token = _prefix.set(f"{settings.ELASTICSEARCH_PREFIX}-entries_apart_{uuid4().hex[:8]}")
    try:
        yield
    finally:
        forget(writing_client())
        _prefix.reset(token)


def forget(client: Elasticsearch) -> None:
    """Delete every index under the present names, and their template."""
    drop_others(client, keep="")
    with suppress(AuthorizationException):
        client.options(ignore_status=404).indices.delete_index_template(name=alias())


def filling() -> str:
    """Under which an index stands while it is filled."""
    return f"{alias()}-filling"


def filled() -> str:
    """Under which an index stands from when it is full until searches read it."""
    return f"{alias()}-filled"


def definition(name: str) -> Index:
    """The index `name` with its settings and mapping."""
    index = Index(name)
    index.document(EntryDocument)
    index.settings(
        number_of_shards=settings.ELASTICSEARCH_SHARDS,
        auto_expand_replicas="0-1",
        max_result_window=WINDOW,
        gc_deletes=GRAVES,
        # Whoever writes makes it visible before it is acknowledged; once a second besides would cost and show nothing.
        refresh_interval="-1",
    )
    return index


def fingerprint() -> str:
    """Eight letters that change with the settings and the mapping."""
    content = json.dumps(definition("any").to_dict(), sort_keys=True)
    return hashlib.blake2b(content.encode(), digest_size=4).hexdigest()


def is_of_another_version(present: Sequence[str]) -> bool:
    """Whether what searches read (`live`) was made with other settings or another mapping than ours."""
    return any(fingerprint() not in name for name in present)


def create(client: Elasticsearch, under: str, mark: str = "") -> str:
    """Make an empty index that stands under the alias `under`. Returns its name, which ends with `mark` or the time."""
    _put_template(client)
    name = f"{alias()}-{fingerprint()}-{mark or f'{datetime.now(UTC):%Y%m%d%H%M%S%f}'}"
    client.indices.create(index=name, aliases={under: {}}, **definition(name).to_dict())
    return name


def _put_template(client: Elasticsearch) -> None:
    """Indices are made with all they need; the template keeps one from being made by a write that names it wrongly."""
    body = definition(alias()).to_dict()
    body.get("settings", {}).pop("auto_expand_replicas", None)
    try:
        client.indices.put_index_template(
            name=alias(),
            index_patterns=[f"{alias()}-*"],
            template=body,
            priority=500,
            allow_auto_create=False,
            meta={"fingerprint": fingerprint()},
        )
    except AuthorizationException:
        log.info("The index template was not written: the key may not manage templates, and need not.")


def ensure(client: Elasticsearch) -> None:
    """Make the index that searches read, if there is none. It has one name, so that two who do so at once make one."""
    if client.indices.exists_alias(name=alias()):
        return
    try:
        create(client, alias(), mark="first")
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


def finish(client: Elasticsearch, name: str) -> None:
    """Say that the index `name` is full: from now on nothing is acknowledged that is not visible in it."""
    _move(client, name, {filling(): "remove", filled(): "add"})


def promote(client: Elasticsearch, name: str) -> None:
    """Let searches read the index `name` in place of the former, which stays for a moment, for whoever reads it."""
    former = [{"remove": {"index": index, "alias": alias()}} for index in live(client)]
    _move(client, name, {filled(): "remove", alias(): "add"}, former)


def _move(client: Elasticsearch, name: str, moves: dict[str, str], besides: Sequence[dict[str, Any]] = ()) -> None:
    client.indices.update_aliases(
        actions=[*besides, *({action: {"index": name, "alias": under}} for under, action in moves.items())]
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The indices that there are at one moment, by what they are for."""

    live: tuple[str, ...]
    filling: tuple[str, ...]
    filled: tuple[str, ...]

    @property
    def targets(self) -> list[str]:
        """Whatever is written goes to these."""
        return sorted({*self.live, *self.filling, *self.filled})

    @property
    def shown(self) -> list[str]:
        """In these it is made visible at once. In one that is being filled this waits until it is full: made visible
        every second meanwhile, it would be put together of small pieces, and take as long again to fill."""
        return sorted({*self.live, *self.filled})


def show(client: Elasticsearch, names: Sequence[str]) -> None:
    """Make visible what was sent to the indices. Raises one of CLUSTER_ERRORS where a copy of one of them did not."""
    answer = client.indices.refresh(index=names)
    if failed := answer["_shards"]["failed"]:
        raise TransportError(f"{failed} copies of {', '.join(names)} do not show what they were sent.")


def standing(client: Elasticsearch) -> Standing:
    """What stands under each of the aliases: one request."""
    names = (alias(), filling(), filled())
    # Names that nothing stands under make an error of the answer, which holds the others all the same.
    answer = client.options(ignore_status=404).indices.get_alias(name=list(names)).body
    found = {index: held["aliases"] for index, held in answer.items() if isinstance(held, dict)}
    return Standing(*(tuple(sorted(index for index, held in found.items() if name in held)) for name in names))


def live(client: Elasticsearch) -> list[str]:
    """The index that searches read, in a list that is empty where there is none."""
    return list(standing(client).live)


def drop_others(client: Elasticsearch, keep: str) -> None:
    """Delete every index of ours but `keep`: former ones, and what a rebuild that died left behind."""
    for name in sorted(client.indices.get(index=f"{alias()}-*", expand_wildcards="all")):
        if name != keep:
            client.indices.delete(index=name, ignore_unavailable=True)

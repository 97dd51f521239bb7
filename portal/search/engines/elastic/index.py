"""What an index holds, and the names under which indices stand.

Searches read one alias. Every index made for it has a name of its own, so that another can be filled beside it and
take its place at once; while it is filled it stands under a second alias, and whatever is written goes to both.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from elasticsearch import AuthorizationException, BadRequestError, Elasticsearch, NotFoundError
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
        store=True,
        fields={"exact": Text(analyzer=_exact, index_options="positions", norms=False)},
    )


class EntryDocument(Document):
    """A searchable thing in an index; its id is the entry's key. Texts are kept for extracts, not in the source.

    What is only sorted by or only read from the source is not indexed.
    """

    key = Keyword()
    row = Long(index=False)
    kind = Keyword()
    audience = Keyword()
    title = _text()
    summary = _text()
    body = _text()
    facets = Object(dynamic=True)
    sort_title = Keyword(index=False)
    title_length = Integer(index=False)
    dated = Long()  # microseconds since 1970
    usefulness = Integer(index=False)
    version = Long(index=False, doc_values=False)
    content_hash = Keyword(index=False, doc_values=False)
    ends = Object(enabled=False)

    class Meta:
        dynamic = MetaField(False)
        _source = MetaField(excludes=["title", "summary", "body"])
        dynamic_templates = MetaField(
            [
                {
                    "facets": {
                        "path_match": "facets.*",
                        "mapping": {"type": "keyword", "eager_global_ordinals": True},
                    }
                }
            ]
        )


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


def definition(name: str) -> Index:
    """The index `name` with its settings and mapping."""
    index = Index(name)
    index.document(EntryDocument)
    index.settings(
        number_of_shards=settings.ELASTICSEARCH_SHARDS,
        auto_expand_replicas="0-1",
        max_result_window=WINDOW,
        gc_deletes=GRAVES,
    )
    return index


def fingerprint() -> str:
    """Eight letters that change with the settings and the mapping."""
    content = json.dumps(definition("any").to_dict(), sort_keys=True)
    return hashlib.blake2b(content.encode(), digest_size=4).hexdigest()


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


def promote(client: Elasticsearch, name: str, former: list[str]) -> None:
    """Let searches read the index `name` in place of `former`, which stay for a moment, for whoever reads them."""
    actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": alias()}} for index in former]
    actions.append({"remove": {"index": name, "alias": filling()}})
    actions.append({"add": {"index": name, "alias": alias()}})
    client.indices.update_aliases(actions=actions)


def live(client: Elasticsearch) -> list[str]:
    """The index that searches read, in a list that is empty where there is none."""
    return _under(client, alias())


def targets(client: Elasticsearch) -> list[str]:
    """Every index that writes go to."""
    return sorted({*_under(client, alias()), *_under(client, filling())})


def _under(client: Elasticsearch, name: str) -> list[str]:
    try:
        return sorted(client.indices.get_alias(name=name))
    except NotFoundError:
        return []


def drop_others(client: Elasticsearch, keep: str) -> None:
    """Delete every index of ours but `keep`: former ones, and what a rebuild that died left behind."""
    for name in sorted(client.indices.get(index=f"{alias()}-*", expand_wildcards="all")):
        if name != keep:
            client.indices.delete(index=name, ignore_unavailable=True)

"""The client that the settings describe, and when to leave a cluster alone that does not answer."""

import time
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError
from elasticsearch.serializer import NdjsonSerializer, OrjsonSerializer, Serializer

from portal.search.engines.elastic.hosts import parse_hosts

# Whatever the client raises when the cluster is away, busy, or answers with an error.
CLUSTER_ERRORS = (ApiError, TransportError)
# Seconds that bulk writes and what is done to whole indices may take.
WRITING = 60


class _LinesSerializer(OrjsonSerializer, NdjsonSerializer):
    """For bodies of several parts: bulk writes, and searches that travel together."""

    mimetype = NdjsonSerializer.mimetype


SERIALIZERS: dict[str, Serializer] = {one.mimetype: one() for one in (OrjsonSerializer, _LinesSerializer)}


def is_refusal(error: Exception) -> bool:
    """Whether the cluster is well and would not answer this question."""
    return isinstance(error, BadRequestError)


class BehindError(Exception):
    """Raised where so much waits to be delivered that the cluster cannot answer for the rows."""


def client() -> Elasticsearch:
    """The one client of this process; it keeps its connections."""
    return _client(
        settings.ELASTICSEARCH_URL,
        settings.ELASTICSEARCH_CA,
        settings.ELASTICSEARCH_API_KEY,
        settings.ELASTICSEARCH_USER,
        settings.ELASTICSEARCH_PASSWORD,
        settings.ELASTICSEARCH_TIMEOUT,
        settings.ELASTICSEARCH_RETRIES,
    )


def writing_client() -> Elasticsearch:
    """The same with more time for its answers."""
    return client().options(request_timeout=WRITING)


@lru_cache(maxsize=8)
def _client(urls: str, ca: str, api_key: str, user: str, password: str, timeout: float, retries: int) -> Elasticsearch:
    hosts, found_user, found_password = parse_hosts(urls)
    options: dict[str, Any] = {"request_timeout": timeout, "max_retries": retries, "retry_on_timeout": False}
    options["serializers"] = SERIALIZERS
    if ca:
        options["ca_certs"] = ca
    if api_key:
        options["api_key"] = api_key
    elif user or found_user:
        options["basic_auth"] = (user or found_user, password or found_password)
    return Elasticsearch(hosts, **options)


@dataclass(slots=True)
class Breaker:
    """Lets one in `pause` seconds try a cluster that failed, and everybody else go another way at once."""

    pause: float = 15.0
    _open_until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def lets_through(self) -> bool:
        """Whether the cluster may be asked now."""
        if not self._open_until:
            return True
        now = time.monotonic()
        with self._lock:
            if now < self._open_until:
                return False
            # Whoever comes first after the pause tries; the others wait for what becomes of it.
            self._open_until = now + self.pause
            return True

    def failed(self) -> None:
        self._open_until = time.monotonic() + self.pause

    def succeeded(self) -> None:
        self._open_until = 0.0

"""Entries as a room would have had them recorded, without a room."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from django.db.models import F

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.models import Audience
from portal.search import recording
from portal.search.models import NO_DATE, SearchEntry, SearchFacet
from taxonomy.text import normalise

_numbers = count(1)


def private_audience(key: str = "99") -> Audience:
    """An audience that nobody of the cast belongs to, unless the key says otherwise."""
    return Audience.objects.get_or_create(key=key)[0]


def entry(
    title: str = "", *, facets: Mapping[str, Iterable[str]] | None = None, kind: str = "page", **fields: Any
) -> SearchEntry:
    """A public entry of `kind` with these facet values."""
    number = next(_numbers)
    title = title or f"Entry {number}"
    if "audience" not in fields:
        fields.setdefault("audience_id", PUBLIC_AUDIENCE_ID)
    fields.setdefault("dated", fields.get("published_at") or fields.get("updated_at") or NO_DATE)
    made = SearchEntry.objects.create(
        **{
            "key": f"{kind}:{number}",
            "kind": kind,
            "object_pk": number,
            "title": title,
            "sort_title": normalise(title),
            "url": f"/entry-{number}/",
            "content_hash": str(number),
            **fields,
        }
    )
    pairs = [("kind", kind), *((facet, value) for facet, values in (facets or {}).items() for value in values)]
    SearchFacet.objects.bulk_create(SearchFacet(entry=made, facet=facet, value=value) for facet, value in pairs)
    return made


def change(made: SearchEntry, **fields: Any) -> None:
    """Record the entry anew with these fields."""
    SearchEntry.objects.filter(pk=made.pk).update(
        version=F("version") + 1, content_hash=f"changed {fields}"[:40], **fields
    )


def take_out(*keys: str) -> None:
    """Take entries out of search, as a room would have it."""
    recording.evict(keys)

"""Answers kept for as long as nothing public has changed: what many readers ask for, and costs a lot to find.

The page cache's generation is part of the key: it is raised in the transaction of every change that a page shows, so an
answer is never older than what is committed. Readers share an answer who satisfy the same audiences.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

from portal.core import pagecache
from portal.core.viewer import Viewer

# Raised whenever the classes of what is kept change: what another version kept is never read.
FORMAT = "kept1"
SECONDS = 3600
Kept = TypeVar("Kept")


def kept(
    name: str,
    asked: object,
    viewer: Viewer,
    make: Callable[[], Kept],
    *,
    is_whole: Callable[[Kept], bool] | None = None,
) -> Kept:
    """What `make` answers, which may depend on the viewer's audiences, the language and what `asked` spells, and on
    nothing else: one query and a look into the cache, where it was asked before.

    What is not whole (`is_whole`) is not kept. `name` tells the answers of one caller from those of others.
    """
    key = _key(name, asked, viewer)
    try:
        known: Kept | None = cache.get(key)
    except pagecache.CACHE_ERRORS:
        return make()
    if known is not None:
        return known
    made = make()
    if is_whole is None or is_whole(made):
        with suppress(*pagecache.CACHE_ERRORS):
            cache.set(key, made, SECONDS)
    return made


def _key(name: str, asked: object, viewer: Viewer) -> str:
    whole = repr((asked, sorted(viewer.audiences), get_language(), pagecache.generation()))
    return f"{FORMAT}:{name}:{hashlib.blake2b(whole.encode(errors='surrogatepass'), digest_size=20).hexdigest()}"

"""How often one reader may do something. Counts in the cache; when the cache is away nobody is kept out."""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.core.pagecache import CACHE_ERRORS


def allowed(request: HttpRequest, action: str, amount: int, seconds: int, *, who: str = "") -> bool:
    """Whether this address may do `action` once more: `amount` times in each stretch of `seconds`. Counts the attempt.

    With `who` it is that member who is counted, from whatever address. Either is kept as a hash only, for as long as
    the stretch lasts.
    """
    digest = hashlib.blake2b((who or _address(request)).encode(), digest_size=12).hexdigest()
    key = f"rate:{action}:{digest}"
    try:
        if cache.add(key, 1, timeout=seconds):
            return True
        return int(cache.incr(key)) <= amount
    except ValueError:
        # The stretch ended between the two steps.
        return True
    except CACHE_ERRORS:
        return True


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        # Fewer proxies than settings say: whoever it is shares one count with others like it.
        return "unknown"

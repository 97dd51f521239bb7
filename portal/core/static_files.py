"""Where static files are. Their addresses do not change while a process runs, and to make one costs."""

from functools import cache

from django.templatetags.static import static


@cache
def static_address(path: str) -> str:
    """The address of the static file `path` ("css/portal.css").

    Raises ValueError where files are hashed and there is none.
    """
    return static(path)

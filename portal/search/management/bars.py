"""How far a command has come with what is searched."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from tqdm import tqdm

from portal.search import engines, services
from portal.search.contract import Progress
from portal.search.engines.elastic.connection import CLUSTER_ERRORS
from portal.search.models import SearchEntry


@contextmanager
def bars(things: str, *, quiet: bool) -> Iterator[tuple[Progress, Progress]]:
    """One for what the rooms hold, named `things`, and one for the index where a cluster searches.

    Raises CommandError in the place of what the client raises.
    """
    silent = quiet or None
    no_index = silent or not engines.is_remote()
    try:
        with (
            tqdm(total=services.total(), unit="thing", desc=things, disable=silent) as first,
            tqdm(total=SearchEntry.objects.count(), unit="entry", desc="Index", disable=no_index) as second,
        ):
            yield first.update, second.update
    except CLUSTER_ERRORS as error:
        raise CommandError(f"Elasticsearch did not answer ({type(error).__name__}); nothing was lost.") from error

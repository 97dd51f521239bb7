"""Changes that wait for a worker, and one who comes by when a test says so."""

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from portal.search import engines
from portal.search.models import SearchEntry
from tests.factories.search import entry


def work() -> None:
    """Do what is due, as a worker does."""
    while (due := DBTaskResult.objects.ready().first()) is not None:
        due.claim("test")
        due.set_successful(due.task.call())


def written(title: str = "", **fields: object) -> SearchEntry:
    """An entry as a room's save leaves it: recorded and on its way, in one transaction."""
    with transaction.atomic():
        made = entry(title, **fields)  # type: ignore[arg-type]
        engines.current().upsert([made.key])
    return made


def deliveries() -> int:
    return DBTaskResult.objects.filter(task_path="portal.search.tasks.deliver", status="READY").count()

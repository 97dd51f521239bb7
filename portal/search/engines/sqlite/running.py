"""The one way in which this dialect asks the database."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

Rows = list[tuple[Any, ...]]


def run(statement: str, parameters: Sequence[Any] = ()) -> Rows:
    """Every row that `statement` answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()

"""Writes rows of one table as values, because two million objects would take longer to make than to store."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


class Rows:
    """Rows of `model`. `names` are the columns whose values are given; all others have the model's own defaults."""

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        blank = model()
        others = [field for field in model._meta.concrete_fields if field.attname not in names]
        self._constant = tuple(field.get_db_prep_save(getattr(blank, field.attname), connection) for field in others)
        named = {field.attname: str(field.column) for field in model._meta.concrete_fields}
        columns = [*(named[name] for name in names), *(str(field.column) for field in others)]
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._columns = ", ".join(map(connection.ops.quote_name, columns))
        self._places = ", ".join(["%s"] * len(columns))

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write `rows`, each the values of the named columns in their order. Moments are adapted by the caller."""
        whole = (row + self._constant for row in rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self._table} ({self._columns}) FROM STDIN") as copy:
                    for row in whole:
                        copy.write_row(row)
            else:
                cursor.executemany(
                    f"INSERT INTO {self._table} ({self._columns}) VALUES ({self._places})",  # noqa: S608
                    list(whole),
                )

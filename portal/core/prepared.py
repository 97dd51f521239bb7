"""Reads whose SQL Django writes once per process: to build and compile a query costs ten times what the database needs
to answer it, and the portal's pages always ask the same ones.

A prepared read is an ordinary function that returns a queryset. It is called once for each shape of its arguments, with
stand-ins for their values; every further call binds its values to the SQL that came of it. Only SQL is kept, never an
answer.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

from portal.core.numbers import WIDEST
from portal.core.sight import current
from portal.core.viewer import Viewer

# Stand-ins must survive a field's own conversion and be like nothing that a function writes into its query itself.
FIRST_NUMBER = 2_000_000_011
WORD = "\ue000stand-in {}\ue000"
MOMENT = datetime(2999, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

P = ParamSpec("P")
Row = TypeVar("Row")
# Moments stand here as the database's adapter takes them: SQLite's takes text.
Values = list[Any]
Raw = Iterable[Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, and for each of its parameters either the place of its value among those of a call, or a constant."""

    sql: str
    order: list[tuple[int | None, Any]]
    read: Callable[[Raw], list[Any]]

    def rows(self, values: Values) -> list[Any]:
        bound = [constant if place is None else values[place] for place, constant in self.order]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, bound)
            return self.read(cursor.fetchall())


def prepared(build: Callable[P, "models.QuerySet[Any, Row]"]) -> Callable[P, list[Row]]:
    """Make of `build`, which returns a queryset of instances or of values_list(), a function that returns its rows.

    Numbers, texts, moments, lists of them and the viewer's ids are values: `build` may hand them to filters and do
    nothing else with them, because it sees stand-ins. All other arguments, and the viewer's roles and whether he is a
    member, are the shape, which it may look at. It may depend on nothing else. Lists must be short: each length is a
    shape.
    Raises TypeError if a value does not arrive in the query as it was given, or if the queryset prefetches.
    """
    statements: dict[Hashable, Statement] = {}

    @wraps(build)
    def rows(*arguments: P.args, **named: P.kwargs) -> list[Row]:
        if named:
            raise TypeError("The arguments of a prepared read are positional.")
        if current() is not None:
            # In the admin a read is narrowed to one person's sight, which must not be kept.
            return list(build(*arguments, **named))
        values: Values = []
        shape = (connection.vendor, *(_take(argument, values) for argument in arguments))
        if any(isinstance(value, int) and not -WIDEST <= value <= WIDEST for value in values):
            return []
        statement = statements.get(shape)
        if statement is None:
            try:
                statement = statements[shape] = _prepare(build, arguments)
            except EmptyResultSet:
                # A list of values is empty, which is part of the shape: no row matches.
                return []
        return statement.rows(values)

    return rows


def _prepare(build: Callable[..., "models.QuerySet[Any, Any]"], arguments: Iterable[Any]) -> Statement:
    made: Values = []
    required: Values = []
    stand_ins: list[Any] = []
    for argument in arguments:
        before = len(made)
        stand_ins.append(_stand_in(argument, made))
        if not isinstance(argument, Viewer):
            required += made[before:]
    queryset = build(*stand_ins)
    compiler = queryset.query.get_compiler(using=connection.alias)
    sql, parameters = compiler.as_sql()
    prefetches = queryset._prefetch_related_lookups  # type: ignore[attr-defined]
    places = {value: place for place, value in enumerate(made)}
    # PostgreSQL's adapter makes numbers of kinds of its own, which are numbers still.
    order = [(places.get(value) if isinstance(value, int | str | datetime) else None, value) for value in parameters]
    if prefetches or not set(required) <= set(parameters):
        raise TypeError(f"{build.__name__} cannot be prepared: it prefetches, or a value is lost on the way.")
    return Statement(sql, order, _reader(queryset, compiler))


def _reader(queryset: "models.QuerySet[Any, Any]", compiler: Any) -> Callable[[Raw], list[Any]]:
    """What makes of the database's rows what the queryset would have made of them."""
    kind = queryset._iterable_class
    fields = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(fields)

    def converted(found: Raw) -> Raw:
        return compiler.apply_converters(found, converters) if converters else found

    if kind is ValuesListIterable:
        return lambda found: [tuple(row) for row in converted(found)]
    if kind is FlatValuesListIterable:
        return lambda found: [row[0] for row in converted(found)]
    if kind is not ModelIterable or compiler.annotation_col_map:
        raise TypeError("Only values_list() and instances without annotations can be prepared.")
    own = compiler.klass_info["select_fields"]
    columns = slice(own[0], own[-1] + 1)
    names = [field.target.attname for field in fields[columns]]
    related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]
    model = compiler.klass_info["model"]

    def instances(found: Raw) -> list[Any]:
        made = []
        for row in converted(found):
            instance = model.from_db(connection.alias, names, row[columns])
            for populator in related:
                populator.populate(row, instance)
            made.append(instance)
        return made

    return instances


def _is_many(argument: object) -> bool:
    return isinstance(argument, list | tuple | set | frozenset)


def _take(argument: Any, values: Values) -> Hashable:
    """Append the values of `argument` to `values` and return its shape."""
    if isinstance(argument, Viewer):
        values.append(argument.user_id or 0)
        values += argument.audiences
        values += argument.group_ids
        return argument.is_member, argument.roles, len(argument.audiences), len(argument.group_ids)
    if _is_many(argument):
        values += map(_adapted, argument)
        return tuple(type(value) for value in argument)
    if _is_value(argument):
        values.append(_adapted(argument))
        return "value", type(argument)
    return "shape", argument


def _is_value(argument: object) -> bool:
    return type(argument) in {int, str, datetime}


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _stand_in(argument: Any, made: Values) -> Any:
    """What `build` gets in the place of `argument`; stand-ins are appended in the order of `_take`."""
    if isinstance(argument, Viewer):
        user_id = _next(0, made)
        audiences = frozenset(_next(0, made) for _ in argument.audiences)
        group_ids = frozenset(_next(0, made) for _ in argument.group_ids)
        return replace(
            argument,
            user_id=user_id if argument.is_member else None,
            name="",
            audiences=audiences,
            group_ids=group_ids,
        )
    if _is_many(argument):
        return [_next(value, made) for value in argument]
    return _next(argument, made) if _is_value(argument) else argument


def _next(like: int | str | datetime, made: Values) -> Any:
    place = len(made)
    stand_in: int | str | datetime = FIRST_NUMBER + place
    if isinstance(like, datetime):
        stand_in = MOMENT + timedelta(days=place)
    elif isinstance(like, str):
        stand_in = WORD.format(place)
    made.append(_adapted(stand_in))
    return stand_in

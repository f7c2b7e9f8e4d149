"""A query for one row that is composed once and then run for every request.

Django composes a query anew each time. For a row that others are joined to, that takes about as long as all
else that a save does. What comes out is what the same query set would give; `tests/surveys/test_composed.py`
holds the two against each other.
"""

from collections.abc import Callable
from functools import cached_property, reduce
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


class Part(NamedTuple):
    """One of the joined rows: the way to it from the first one, its model and the names of its columns."""

    path: str
    model: Any
    names: list[str]


class Conversion(NamedTuple):
    """How the database's values of one column become those of the model's field."""

    place: int
    column: Any
    steps: list[Callable[[Any, Any, Any], Any]]


class Composed(Generic[M]):
    """Finds the row with a value of its key, and the rows `beside` it, as `select_related` would.

    A row through which others are reached is named before them.
    """

    def __init__(self, model: type[M], key: str, *beside: str) -> None:
        self.model, self.key, self.beside = model, key, beside

    def get(self, value: int | str) -> M | None:
        """The row, or None. `value` is as the database has it."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [value])
            row = cursor.fetchone()
        return self.read(list(row)) if row else None

    def read(self, row: list[Any]) -> M:
        """The instances of one row of the result, each set where it is reached from."""
        for place, column, steps in self.conversions:
            for step in steps:
                row[place] = step(row[place], column, connection)
        found = dict[str, Any]()
        for path, model, names in self.parts:
            values, row = row[: len(names)], row[len(names) :]
            found[path] = None if values[0] is None else model.from_db(connection.alias, names, values)
            owner, _, name = path.rpartition("__")
            if path and found[owner]:
                setattr(found[owner], name, found[path])
        return cast(M, found[""])

    @cached_property
    def parts(self) -> list[Part]:
        """The first row and those beside it; the first column of each is its primary key."""
        ways = [
            ("", self.model),
            *((path, reduce(reached, path.split("__"), self.model)) for path in self.beside),
        ]
        return [Part(path, model, [f.attname for f in model._meta.concrete_fields]) for path, model in ways]

    @cached_property
    def sql(self) -> str:
        columns = ["__".join(filter(None, (part.path, name))) for part in self.parts for name in part.names]
        found = self.model._default_manager.filter(**{self.key: 0}).values_list(*columns)
        sql: str = found.query.sql_with_params()[0]
        return sql

    @cached_property
    def conversions(self) -> list[Conversion]:
        columns = [field.cached_col for part in self.parts for field in part.model._meta.concrete_fields]
        every = (Conversion(place, column, steps(column)) for place, column in enumerate(columns))
        return [conversion for conversion in every if conversion.steps]


def reached(model: Any, name: str) -> Any:
    """The model that a foreign key leads to."""
    return model._meta.get_field(name).related_model


def steps(column: Any) -> list[Callable[[Any, Any, Any], Any]]:
    """What Django does to a value of this column when it comes from the database."""
    return [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]

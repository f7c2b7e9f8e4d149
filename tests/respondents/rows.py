"""The whole database as plain values, to see that nothing changed, or that something stands nowhere in it."""

from typing import Any

from django.db import connection

# Written by Django for itself, never by a request.
APART = {"django_migrations", "sqlite_sequence"}

Contents = dict[str, list[tuple[Any, ...]]]


def contents() -> Contents:
    """Every row of every table; the order of rows does not count."""
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - APART)
        return {name: rows_of(name) for name in names}


def rows_of(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # the table's own name
        return sorted((tuple(map(plain, row)) for row in cursor.fetchall()), key=repr)


def plain(value: Any) -> Any:
    """Bytes as bytes on every database, so that rows can be compared and searched."""
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


def as_text() -> str:
    """Everything that a copy of the database would give away, with bytes in each usual spelling."""
    cells = (cell for rows in contents().values() for row in rows for cell in row)
    return "\n".join(
        f"{cell.hex()} {cell.decode('latin-1')}" if isinstance(cell, bytes) else str(cell) for cell in cells
    )
